"""The sentences behind the codes of warnings and of bad lines."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

# What a line of a file may have wrong.
PROBLEMS: dict[str, Any] = {
    "text": _("« %(value)s » n’est pas un nombre."),
    "infinite": _("un nombre infini ne peut pas être analysé ; corrigez-le ou laissez vide."),
    "huge": _("nombre démesuré ; vérifiez l’unité."),
    "date": _("« %(value)s » est une date, un nombre est attendu."),
    "formula": _("« %(value)s » est une erreur de formule du tableur."),
    "percent": _("« %(value)s » : écrivez le nombre sans le signe %%."),
    "thousands": _(
        "« %(value)s » : virgule et point dans le même nombre ; ôtez le séparateur de milliers."
    ),
    "boolean": _("« %(value)s » : un nombre est attendu, non vrai ou faux."),
    "not_binary": _("« %(value)s » : 0 ou 1 (non ou oui) est attendu."),
    "group": _("« %(value)s » : « treated » ou « control » (traité ou témoin) est attendu."),
    "no_group": _("le groupe manque : « treated » ou « control » (traité ou témoin)."),
    "duplicate": _("l’unité « %(value)s » figure déjà plus haut."),
    "cells": _(
        "plus de cases que de colonnes : si la virgule sert de décimale, séparez les colonnes par des points-virgules."
    ),
    "variance": _("une variance est un nombre plus grand que zéro."),
    "missing": _("une valeur manque."),
    "email": _("adresse électronique : ôtez cette colonne, un pseudonyme suffit."),
    "nir": _("numéro de sécurité sociale (NIR) : ôtez cette colonne, un pseudonyme suffit."),
    "phone": _("numéro de téléphone : ôtez cette colonne, un pseudonyme suffit."),
    "iban": _("numéro de compte bancaire : ôtez cette colonne, un pseudonyme suffit."),
    "ine": _("identifiant national d’élève (INE) : ôtez cette colonne, un pseudonyme suffit."),
    "identifying": _(
        "la colonne « %(column)s » désigne des personnes : ôtez-la, un pseudonyme suffit."
    ),
}

# What a result must be read with.
NOTICES: dict[str, Any] = {
    # The file
    "missing_values": _(
        "%(count)s ligne(s) sans valeur dans la colonne « %(column)s » (%(lines)s) : elles sont laissées de côté."
    ),
    "mixed_decimals": _(
        "Virgules et points servent tous deux de décimale : vérifiez qu’aucun n’est un séparateur de milliers."
    ),
    "clusters_ignored": _(
        "La colonne « %(column)s » n’est pas utilisée : si les unités vont par grappes (classes, établissements…), nommez-la, sinon l’incertitude est sous-estimée."
    ),
    "controls_left_aside": _(
        "%(count)s unité(s) témoin(s) laissée(s) de côté par le plan avant/après : un plan avec comparaison en dirait plus."
    ),
    # The design
    "no_comparison": _(
        "Sans groupe de comparaison, l’évolution peut avoir d’autres causes que l’action."
    ),
    "parallel_trends": _(
        "Ce calcul suppose que, sans l’action, les deux groupes auraient évolué de la même façon ; deux périodes ne permettent pas de le vérifier."
    ),
    "stepped_supposes": _(
        "Ce calcul suppose un effet atteint dès le démarrage et le même ensuite ; il compare pendant %(periods)s périodes, et ne dit rien de ce qui suit le dernier démarrage."
    ),
    "baseline_differs": _(
        "Les groupes différaient déjà avant l’action de %(value)s écart-type : la comparaison est fragile."
    ),
    "attrition": _(
        "%(value)s %% des unités n’ont pas été mesurées après : celles qui restent peuvent différer."
    ),
    "differential_attrition": _(
        "Les pertes diffèrent de %(value)s points entre les groupes : l’écart mesuré peut venir de ceux qui sont partis."
    ),
    "stratum_alone": _(
        "%(count)s strate(s) n’ont qu’un des deux groupes : elles n’apportent rien à la comparaison dans les strates."
    ),
    "exploratory": _(
        "Sous-groupes non annoncés dans le plan : pistes à vérifier, non des conclusions."
    ),
    "many_subgroups": _(
        "%(count)s sous-groupes : en regardant beaucoup de groupes, on en trouve toujours un qui semble différer."
    ),
    # The numbers
    "small_groups": _(
        "Petit groupe (%(count)s unités) : l’intervalle est approché, un seul cas peut tout changer."
    ),
    "unequal_spread": _(
        "La dispersion diffère du simple au double entre les groupes : lisez aussi le delta de Glass."
    ),
    "unequal_slopes": _(
        "L’effet semble dépendre du niveau de départ : l’effet moyen ne vaut pas pour tous."
    ),
    "few_events": _("Peu de cas : le test exact de Fisher est utilisé."),
    "uncorrected": _("Avec deux unités, l’effet ne peut pas être corrigé de son biais."),
    "few_clusters": _(
        "%(count)s grappes seulement : sous une quarantaine, l’incertitude calculée est souvent trop faible."
    ),
    # Several sites
    "few_sites": _("%(count)s sites seulement : la dispersion entre sites est mal connue."),
    "heterogeneous": _(
        "Les effets diffèrent beaucoup d’un site à l’autre (I² = %(value)s %%) : la moyenne en dit peu, regardez l’intervalle de prédiction."
    ),
    "fixed_but_heterogeneous": _(
        "Les sites diffèrent plus que par hasard : un modèle à effets aléatoires est préférable."
    ),
    # Planning
    "no_icc": _(
        "Des grappes sans corrélation intra-grappe (icc) ne changent rien au calcul : donnez-en une (0,05 à 0,20 est courant)."
    ),
    "broken_clusters": _("Le nombre d’unités ne remplit pas un nombre entier de grappes."),
    "underpowered": _(
        "Puissance de %(value)s %% : un effet de cette taille passerait souvent inaperçu."
    ),
    "zero_effect": _("Aucun nombre d’unités ne suffit à voir un effet nul."),
    # Allocation
    "unpaired": _("L’unité « %(unit)s » reste sans paire : elle est tirée seule."),
    "few_clusters_drawn": _(
        "%(count)s grappes seulement : il en faut au moins deux par groupe pour analyser."
    ),
    "stratum_of_one": _("La strate « %(stratum)s » n’a qu’une unité : elle est tirée seule."),
    # Readers
    "no_disagreement_possible": _(
        "Toutes les lectures sont identiques : l’accord au-delà du hasard ne peut pas être calculé."
    ),
    "read_once": _("%(count)s élément(s) lus une fois ou jamais : ils ne disent rien de l’accord."),
    "no_complete_item": _(
        "Aucun élément n’a été lu par tous : le kappa de Fleiss n’est pas calculé."
    ),
    "fleiss_partial": _("Le kappa de Fleiss ne porte que sur les %(count)s éléments lus par tous."),
    "few_items": _("%(count)s éléments seulement : l’accord est mal connu."),
    "text_readings": _("Des lectures sont des mots : seuls les accords nominaux sont calculés."),
    # Series and forecasts
    "unsorted_times": _("Les lignes n’étaient pas dans l’ordre du temps : elles ont été triées."),
    "unknown_periods": _(
        "%(count)s période(s) sans valeur : elles sont laissées de côté, non comptées pour zéro."
    ),
    "gaps_in_time": _(
        "%(count)s période(s) manquent dans la colonne t : elles sont tenues pour inconnues, non pour nulles."
    ),
    "looks_cumulative": _(
        "Les valeurs ne baissent jamais : si ce sont des cumuls, dites-le (--cumulative), sinon tout est faussé."
    ),
    "few_periods": _("%(count)s périodes seulement : chaque valeur pèse lourd sur la courbe."),
    "no_imitation": _(
        "Rien ne montre d’entraînement des uns par les autres : les reprises sont les plus nombreuses au lancement."
    ),
    "peak_ahead": _(
        "Le sommet n’est pas encore observé : la suite dépend presque entièrement du marché donné."
    ),
    "market_unsure": _(
        "La taille du marché varie du simple au double d’un tirage à l’autre : ne retenez que l’ordre de grandeur."
    ),
    "at_a_bound": _(
        "Le calcul bute sur une limite : ces valeurs ne ressemblent pas à une diffusion ordinaire."
    ),
    "market_filled": _("Selon cette courbe, le marché est déjà rempli."),
    "off_by_now": _(
        "La courbe compte %(curve)s reprises à ce jour, %(adopted)s sont faites : elle suit mal cette série, ou le marché donné ne lui convient pas."
    ),
    "poor_fit": _(
        "La courbe n’explique que %(value)s %% des variations : elle convient mal à cette série."
    ),
    "draws_left_out": _(
        "%(kept)s tirages sur %(draws)s ont pu être ajustés : l’intervalle est incertain."
    ),
}
