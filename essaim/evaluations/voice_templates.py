"""What an inquiry among users starts from: a short questionnaire and a guide for interviews."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

AGREE = [
    ("5", gettext_lazy("tout à fait d’accord")),
    ("4", gettext_lazy("plutôt d’accord")),
    ("3", gettext_lazy("ni d’accord ni pas d’accord")),
    ("2", gettext_lazy("plutôt pas d’accord")),
    ("1", gettext_lazy("pas du tout d’accord")),
]
YES_NO = [("yes", gettext_lazy("oui")), ("no", gettext_lazy("non"))]

GUIDE = gettext_lazy(
    "Avant de commencer : se présenter, dire à quoi servira l’entretien, que rien ne sera répété"
    " avec un nom, que l’on peut s’arrêter quand on veut. Compter trente minutes.\n\n"
    "1. Racontez-moi comment vous avez connu cette action.\n"
    "2. Comment cela se passait-il pour vous avant ?\n"
    "3. Racontez-moi une fois où vous y êtes venu : que s’est-il passé ?\n"
    "4. Qu’est-ce qui a changé pour vous depuis, en bien ou en mal ? Un exemple ?\n"
    "5. Qu’est-ce qui a compté le plus ? Qu’est-ce qui n’a servi à rien ?\n"
    "6. Qu’est-ce qui vous a gêné, ou failli vous faire renoncer ?\n"
    "7. Connaissez-vous des gens qui en auraient besoin et ne viennent pas ? Pourquoi, à votre"
    " avis ?\n"
    "8. Si vous pouviez changer une chose, laquelle ?\n\n"
    "Après : noter tout de suite ce qui a été dit, avec les mots de la personne, sans son nom."
)


def introduction() -> str:
    return _(
        "Votre avis nous aide à savoir si cette action sert, et à l’améliorer. Répondre prend"
        " trois minutes, n’est pas obligatoire et ne change rien à l’aide que vous recevez. Vos"
        " réponses sont anonymes : n’y écrivez ni votre nom, ni celui de quelqu’un."
    )


def questions_of_template() -> list[dict[str, Any]]:
    return [
        {"kind": "agree", "text": _("Cette action répond à un besoin que j’ai.")},
        {"kind": "agree", "text": _("J’ai été bien accueilli.")},
        {"kind": "yes_no", "text": _("Quelque chose a-t-il changé pour vous grâce à elle ?")},
        {"kind": "text", "text": _("Si oui, quoi ? (en bien ou en mal)")},
        {"kind": "yes_no", "text": _("La conseilleriez-vous à quelqu’un dans votre situation ?")},
        {"kind": "text", "text": _("Qu’est-ce qui devrait changer ?")},
    ]


def choices_of(question: Any) -> list[tuple[str, Any]]:
    """Values and words of the answers proposed; none for a text."""
    if question.kind == "agree":
        return AGREE
    if question.kind == "yes_no":
        return YES_NO
    return [(str(number), text) for number, text in enumerate(question.choices)]
