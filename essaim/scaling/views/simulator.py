"""The six questions without an account: answers travel in the form, nothing is kept."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from essaim.initiatives.models import Track
from essaim.scaling import results
from essaim.scaling.forms.diagnosis import SimulatorForm, TrackForm
from essaim.scaling.questions import BY_KEY, KEYS, QUESTIONS, following

ANSWERS = {"yes", "no", "unknown"}


@require_safe
def simulator(request: HttpRequest) -> HttpResponse:
    """``/diagnostic``: the first page, one page a question, then the result.

    Every page is a form sent by GET, so that it needs neither cookie nor session; ``back`` names
    a question to answer again.
    """
    track = request.GET.get("track", "")
    if track not in Track.values:
        return render(request, "scaling/simulator_start.html", {"form": TrackForm()})
    given = {key: value for key in KEYS if (value := request.GET.get(key, "")) in ANSWERS}
    asked = request.GET.get("back") or next((key for key in KEYS if key not in given), "")
    if asked not in BY_KEY:
        context = {"result": results.simulated(given, track), "track": track, "given": given}
        return render(request, "scaling/simulator_result.html", context)
    question = BY_KEY[asked]
    sent = request.GET.get("sent") == asked
    form = SimulatorForm(
        request.GET if sent else None,
        name=asked,
        label=question.asked(track),
        initial={asked: given.get(asked)},
    )
    number = KEYS.index(asked) + 1
    context = {
        "form": form,
        "question": question,
        "number": number,
        "total": len(QUESTIONS),
        "next": following(asked),
        "before": KEYS[number - 2] if number > 1 else "",
        "track": track,
        # Carried along, the question on the page excepted.
        "carried": [(key, value) for key, value in given.items() if key != asked],
        "answered": list(given.items()),
    }
    return render(request, "scaling/simulator_question.html", context)
