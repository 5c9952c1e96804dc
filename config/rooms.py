"""The product's own settings, room by room: delays, limits, thresholds (every rule marked "ours"
in the domain, and figures that the law may change)."""

from __future__ import annotations

from typing import Any

from config import environment as env

# What facts must say before « yes » is proposed to the questions of readiness; all ours.
READINESS = {
    "proof_level": 2,  # of 5, for the potential impact
    "other_territories": 1,  # that express the need, for the environment
    "interested": 1,  # people or organisations, for the adopters
}

# Joining an organisation (docs/roles.md); all ours.
ORGANISATIONS = {
    "invitation_days": 14,  # life of an invitation's link
    "invitations_a_day": 30,  # that one organisation, or one person, may send
    "sendings": 3,  # of one invitation at most
    "resend_minutes": 10,  # between two sendings of a link
    "request_again_days": 30,  # after a refusal
    "requests_at_once": 10,  # that one person may have waiting, or make in a day
    "creations_a_day": 5,  # organisations that one person may create; managers are not counted
    "proposals_a_day": 30,  # to or by networks, that one person may make
    "domains": 10,  # of one organisation at most
    "domain_link_hours": 24,  # life of the link that verifies a domain
}

# What people bring to cards (docs/contributions.md).
CONTRIBUTIONS: dict[str, Any] = {
    "posts_per_hour": 20,  # ours: of one person, all kinds together
    "edit_minutes": 60,  # ours: during which one corrects or takes back a question, an answer
    "report_days": 7,  # ours: within which managers mean to have read a report
    "answer_days": 15,  # ours: within which a team means to answer what waits for it
}

# Readings by peers (docs/peer-evaluation.md).
PEERS: dict[str, Any] = {
    "reminder_days": (7, 2),  # ours: before the deadline, the two reminders that a reader gets
    # Ours: readings submitted in concluded rounds before a peer may confirm an independent level.
    "confirming_record": 1,
    # Ours: readings of a college below which what it saw is shown to managers alone.
    "smallest_college": 2,
}

# Replications (docs/replications.md); all ours.
REPLICATIONS: dict[str, Any] = {
    "link_days": 45,  # life of the link to a quarter's form
    "unusual_times": 10,  # a figure so many times the plan is asked to be confirmed
    "declarations_a_day": 10,  # that one person may make
}

# The one file of a holder (docs/one-application.md).
DOSSIERS: dict[str, Any] = {
    "file_mb": 20,  # ours: of one document
    "documents": 200,  # ours: kept by one organisation
    "requests": 10,  # ours: documents that one funder may ask for beside a file
    "statement_days": 365,  # ours: then stated again
    "gap_percent": 10,  # ours: of a line, beyond which the report says why
    # To be checked by the operator: six months after the period (loi n° 2000-321, art. 10).
    "report_days": 183,
    "report_notice_days": 60,  # ours: before that day, the holder is told once
}

# Applying to a call (docs/calls.md); all ours.
CALLS_APPLYING: dict[str, Any] = {
    "file_mb": 20,  # of one file, archives included
    "files": 30,  # of one application
    "partners": 30,  # that apply along
    "editors": 10,  # invited to write one application
    "editor_days": 14,  # life of an invitation to write
    "partner_days": 14,  # life of an invitation to sign, sent by mail
    "partner_mails_a_day": 30,  # that one person may send
    "questions_a_day": 10,  # that one person may ask of one call
}

# Replication grants (docs/replication-grant.md).
FUNDING: dict[str, Any] = {
    "majority_percent": 50,  # ours: more than, of the members who voted; kept on each pool
    "quorum_percent": 50,  # ours: at least, of the members; kept on each pool
    "report_months": 3,  # ours: between two reports of a pilot, unless the pool says otherwise
    "vote_days": 45,  # ours: for opinions, from the beginning of the review
    "confirm_days": 90,  # ours: after a positive finding
    "warning_days": (30, 7),  # ours: before an option expires, or a date of the pool, it is told
    "unusual_times": 10,  # ours: an amount so many times a site's is asked to be confirmed
    # To be checked by the operator, since the law changes.
    "convention_cents": 2_300_000,  # décret n° 2001-495: convention from 23,000 €, associations
    "publication_days": 90,  # décret n° 2017-779: essential data of a convention, three months
}

# Replication kits (docs/facilitating.md); all ours.
KITS: dict[str, Any] = {
    "file_mb": 100,  # of one file
    "unpacked_mb": 500,  # of an office file, once unpacked
    "kit_mb": 500,  # of one kit, older versions included
    "materials": 100,  # of one kit
    # Millions of points of one image. Drawing it again holds two copies of four bytes a point:
    # 20 are 160 MB of a process for a few seconds, and print an A2 poster.
    "megapixels": 20,
    "forgotten_seconds": 60,  # after which an archive that nobody touches is taken up again
    "tries_an_hour": 5,  # archives of one kit that may fail before it must wait
}

# The innovator's path (docs/innovator-path.md). Delays in days, kept in each file as its due
# date when its step begins. "report": the report's box on the Defence ministry's mission;
# "ours": no source, to be fixed by the operator.
INNOVATOR_PATH: dict[str, Any] = {
    "entries_per_day": 5,  # ours: of one person
    "report_days": 30,  # ours: to report to one's hierarchy after entering
    "interview_days": 15,  # ours
    "opening_days": 15,  # ours
    "informing_days": 15,  # ours
    "opinion_days": 30,  # ours: after which silence is shown
    "support_days": 15,  # ours
    "budget_days": 60,  # ours
    "start_days": 30,  # ours
    "prototype_months": (12, 18),  # report: 12 to 18 months for a prototype
    "reminder_days": 12,  # ours: between the request of an opinion and each of two reminders
    "link_days": 15,  # ours: life of a personal link
    "code_minutes": 15,  # ours
    "code_tries": 5,  # ours: for each code
    "codes_per_link": 5,  # ours
    "prize_years": 2,  # report: a prize every two years
    # Code de la commande publique, R. 2122-8 (purchases without competition): to be checked by
    # the operator, since the amount changes by decree.
    "direct_purchase_cents": 4_000_000,
}

# Self-evaluations (docs/evaluation.md); all ours.
EVALUATIONS: dict[str, Any] = {
    "rows": 100_000,  # of one deposit: beyond it, nothing is kept and the limit is said
    "columns": 200,
    "megabytes": 20,
    "draft_hours": 48,  # for which a deposit waits until its columns are said
    "kept_days": 3 * 365,  # the farthest date of deletion that may be announced
    "notice_days": 14,  # before the deletion of data, the team is told
    "smallest_cell": 5,  # below it, no figure of a group is public
    "smallest_answer_cell": 3,  # ours: of a survey; below it, how many gave an answer is not public
    "members": 30,  # of one team
}

# All ours.
INTRODUCTIONS: dict[str, Any] = {
    "proposals_per_card": 5,  # that holders send for one card in a day
    "proposals_per_person": 5,
    "again_days": 365,  # after a no, before the same is proposed again
    "answer_days": 10,  # then a reminder, as often as "reminders" allows
    "say_days": {"accepted": 14, "exchanged": 30, "visited": 30},  # then: what came of it?
    "reminders": 2,
    "farthest_days": 2 * 365,  # between today and the date of an exchange or a visit
    "texts_per_hour": 30,  # of one person
    "smallest_cell": 5,  # below it, no figure is public
    # Where would my initiative be useful? What each part of the ranking weighs.
    "weights": {"needs": 4, "indicators": 3, "sites": 3},
    "sites_compared": 10,  # the latest, with which territories are compared
    "map_first": 100,  # the first of the list, counted by département
}

SPONSORSHIP: dict[str, Any] = {
    "proposals": 3,  # at most, for a request
    "take_up_days": 2,  # working days, after which a request goes to the next
    "advice_days": 10,  # working days from taking up to the advice; ours
    "conclude_days": [14, 30],  # after the advice: « what came of it? »; ours
    "open_requests": 5,  # ours: of one person
    "requests_per_day": 5,  # ours: of one person
    # To be checked by the operator, since the law changes.
    "legal_frames": {
        "own_administration": "temps de service, avec l’accord du supérieur hiérarchique (code"
        " général de la fonction publique, article L. 121-1)",
        "competence": "mise à disposition par convention : agents publics, loi n° 2022-217 du"
        " 21 février 2022, article 209 ; entreprises, code général des impôts, article 238 bis",
    },
}

# Answers to needs (docs/matching.md); all ours.
MATCHING: dict[str, Any] = {
    "weights": {},  # by name, in place of the defaults of matching/weights.py
    "candidates": 60,  # cards weighed for one need
    "schemes": 30,  # schemes weighed for one need
    "calls": 20,  # open calls weighed for one need
    "close": 0.25,  # cosine from which a card is shown (measured on docs/matching-judged.jsonl)…
    "words": 0.5,  # … or the part of the need's words that it holds
    "good": 0.35,  # cosine from which a card may be a good answer
    "good_words": 0.75,  # … or the part of the words, where no meaning is known
    "similar": 15,  # nearest territories whose sites count
    "dismissed": 0.2,  # what is left of the score of an answer that was set aside
    "dismissal_step": 0.25,  # each reason given makes its feature count as much more, for the need
    "dismissal_most": 2.0,  # … at most as many times its weight
    "board_needs": 2000,  # the latest unmet needs that are put in clusters by meaning
    "cluster": 0.45,  # cosine from which two needs are of one cluster
}

# Groups of territories (docs/needs-and-groups.md); all ours.
GROUPS: dict[str, Any] = {
    # Who may answer an invitation for a territory: the public bodies placed on it. An association
    # or a company of the place does not bind it.
    "answering_kinds": ["local_authority", "ccas", "territorial_service"],
    "groups_per_day": 5,  # made by one person
    "invitations_per_day": 60,  # by one person, whatever the group: no mass mail
    "members": 120,  # of one group: all the départements
    "stewards": 10,
    "joinings_per_day": 10,  # requests to join another's need, by one person
}

# The picture of the whole (docs/dashboard.md); all ours.
INSIGHTS: dict[str, Any] = {
    "needs": 1,  # open public needs of a theme, from which the need is called high
    "proof_level": 2,  # from which a card is called proven
    "sites_a_sponsor": 1,  # that one more sponsor brings about in a year, in « what if »
    "compared": 5,  # cards of each group, below which supports are not compared
    "forecast_sites": 6,  # committed, below which no curve is drawn
    "days_kept": 31,  # of all computations; then the first of each month
    "report_days": 45,  # from the end of a past year, at most, of the figures that its report takes
    "forecast_seconds": 90,  # of one job: the cards left wait for the next
}

# The API, webhooks and what is given to other platforms (docs/api.md); all ours.
OPEN_DATA: dict[str, Any] = {
    # Requests a minute: of one visitor's address, of one token.
    "anonymous_per_minute": int(env.text("ESSAIM_API_ANONYMOUS_PER_MINUTE", "120")),
    "token_per_minute": int(env.text("ESSAIM_API_TOKEN_PER_MINUTE", "600")),
    "page": 50,  # items of one answer, unless asked otherwise
    "largest_page": 100,
    "tokens_at_most": 20,  # alive, of one person
    "token_days": 365,  # the longest life of a token
    "token_notice_days": 14,  # before it expires, when who answers for it is told
    "subscriptions_at_most": 20,  # of one person
    # Seconds before each new try of a delivery that failed: seven tries in a day and a half.
    "retries": [60, 300, 1800, 7200, 28800, 86400],
    # Failed deliveries in a row after which a subscription is paused.
    "pause_after": 20,
    "feed": 50,  # entries of one feed
    "sitemap": 10_000,  # addresses of one file
}

# Exports of calls (docs/calls.md); all ours.
CALL_EXPORTS: dict[str, int] = {
    "days": 7,  # that the file is kept
    "forgotten_seconds": 120,  # without news of its job, it is begun again
}

# Calls and prizes (docs/calls.md); all ours.
CALLS: dict[str, Any] = {
    # Before the closing, when those with a draft are told, once; a third of a shorter opening.
    "remind_days": 5,
    # Below it, a call that lists an initiative as proven says why (§ 6: 2, data show change).
    "proven_level": 2,
    "least_notice_days": 2,  # that a closing brought forward leaves to applicants
    "documents": 20,  # of one call
}

# Events, third places (docs/events.md); all ours.
EVENTS: dict[str, Any] = {
    "events_per_day": 20,  # made by one person; managers are not counted
    "places_per_day": 10,
    "longest_days": 31,
    "reminder_days": 3,  # before it starts
    "follow_up_months": (3, 6),  # after it ended
    "follow_ups_shown": 5,  # people who answered, from which organisers read what and notes
    "sessions": 200,  # of one programme
    "questions": 15,
    "slots": 24,
    "met_to_confirm": 30,  # by chance, said by one person at one event and not confirmed
    "meeting_people": 300,  # whose meetings one calculation proposes
    "challenges": 20,
    "ideas": 300,  # of one challenge
    "votes": 3,  # of one person, for one challenge
}

# Cards harvested from partners' banks (docs/harvest.md); all ours.
HARVEST: dict[str, Any] = {
    "file_mb": int(env.text("ESSAIM_HARVEST_FILE_MB", "200")),  # of one answer; beyond, it stops
    "file_seconds": 900,  # to receive it
    "records": 300_000,  # of one passage: a list that never ends does
    "page_seconds": 30,  # to receive one page of a site
    "trial_seconds": 60,  # given by a trial to what follows its ten records
    "delay_seconds": 1.0,  # proposed between two requests to one server
    "longest_delay": 30.0,  # that a robots.txt may ask for
    "withdraw_days": 30,  # proposed: of absence, before a card is withdrawn
    "failures": 2,  # in a row, after which the manager is told
    # More cards than both of these vanish at once: nothing is marked before a person says so.
    "vanish_percent": 50,
    "vanish_least": 10,
    "likeness": 0.75,  # from 0 to 1, from which two cards are shown as probable duplicates
    "weights": {"title": 4, "meaning": 3, "holder": 2, "territory": 1},
}

# Management dialogue (docs/dialogues.md); all ours.
DIALOGUES: dict[str, Any] = {
    "territories": 400,  # of one campaign
    "indicators": 20,  # of one campaign
    "own_figures": 20_000,  # of one file
    "proposals": 12,  # standing, in one dialogue
    "lines": 40,  # of one roadmap, helpline, list of checks or of modules
    "similar": 15,  # nearest territories whose sites are shown
    "remind_days": 14,  # before choices are expected, the territory is told once
    "step_days": 7,  # before a step of a roadmap is due, once
    # Placed alone on a territory, such a body becomes its manager, to be checked.
    "managing_kinds": ["local_authority", "territorial_service", "ccas"],
}
