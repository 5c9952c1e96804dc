"""Settings about persons that need room to explain themselves: who vouches for them, and how
long what is known of them is kept."""

from __future__ import annotations

from typing import Any

from config import environment as env

# OpenID Connect, ProConnect's profile: on as soon as the server is named.
OPENID: dict[str, Any] = {
    "server": env.text("ESSAIM_OIDC_SERVER").removesuffix("/"),
    "name": env.text("ESSAIM_OIDC_NAME", "ProConnect"),
    "client_id": env.text("ESSAIM_OIDC_CLIENT_ID"),
    "client_secret": env.text("ESSAIM_OIDC_CLIENT_SECRET"),
    "acr_values": env.text("ESSAIM_OIDC_ACR_VALUES", "eidas1"),
    # An answer about the person that is not signed: refused, unless the operator accepts it.
    "plain_userinfo": env.switch("ESSAIM_OIDC_PLAIN_USERINFO"),
}

# How long each kind of data is kept (days), and why; `essaim apply_retention` applies it each
# night. docs/personal-data.md repeats it for the operator's register.
RETENTION = {
    # Nobody confirmed the address: it may belong to someone who asked for nothing.
    "unconfirmed_accounts": 30,
    # CNIL: an account unused for three years no longer serves its purpose.
    "inactive_accounts": 3 * 365,
    # Time to come back after the warning that precedes.
    "inactivity_notice": 30,
    # Jury of a call: the time of appeals and of the limitation of public debts.
    "ended_deliberations": 5 * 365,
    # Answered requests to join an organisation: the time to contest an answer.
    "membership_requests": 365,
    # Invitations without answer, after their link expired: the address serves nothing any more.
    "invitations": 30,
    # Ended sessions and counters of attempts serve nothing any more; a day to look into an abuse.
    "sessions": 1,
    # Messages written to a folder (machines without a mail server) hold sign-in codes.
    "local_mail": 30,
    # A file deposited for import that nobody confirmed may hold personal addresses.
    "import_files": 30,
    # An invitation holds an address; it can no longer be answered after as long.
    "coeditor_invitations": 30,
    # The archive of one's data can be taken as long; then it is made anew.
    "data_archives": 7,
    # A need withdrawn has no words left; whoever kept its address is told so for a year.
    "withdrawn_needs": 365,
    # News of a year ago is no news; what is followed stays until the person stops.
    "notifications": 365,
    # What people said of themselves at an event, once its last follow-up was asked long ago.
    "event_registrations": 365,
    # Reports of harvests: the time to understand what a source changed.
    "harvest_runs": 400,
    # Several dialogues in a row start from the one before. ours
    "ended_dialogues": 5 * 365,
    # Files of figures of a campaign: the time to mend one that was refused or interrupted. ours
    "figure_files": 30,
    # Taken back: nothing is left of it but that there was one.
    "closed_interests": 365,
    # Who complained, and what was pleaded: the time to contest a decision of moderation.
    "complaints": 365,
    # Removed from a kit: the time to put it back, then nothing of the file is left.
    "removed_materials": 30,
    # A prize every two years, then the first follow-ups. ours
    "ended_innovation_files": 3 * 365,
    "ended_rounds": 3 * 365,  # ours: after a reading by peers ended
    # Expired links to a quarter's form, texts of those who left. ours
    "report_links": 180,
    # A draft never submitted: the time to take it up for the next wave. ours
    "call_drafts": 365,
    # Names in applications: support, appeals and control of the money are over. ours
    "call_persons": 5 * 365,
    "call_removed_files": 30,
    # An invitation to write holds an address; its link lives two weeks. ours
    "call_editor_invitations": 30,
    # Claims on public bodies lapse after four full years (loi n° 68-1250). ours
    "ended_pools": 5 * 365,
    # Revoked or expired tokens: the time to look into an abuse. ours
    "ended_tokens": 365,
    # What was sent to whom, and whether it arrived: the time to send it again. ours
    "webhook_deliveries": 30,
    # Counters of requests, by the minute: nothing of them serves after a day.
    "request_counters": 1,
    # The time to use what a sponsor told. ours
    "ended_help_requests": 3 * 365,
    # The time to talk of it again. ours
    "ended_introductions": 3 * 365,
    # The time to ask why an answer was proposed to a need. ours
    "shown_answers": 365,
    # Who took away what from a call; the files themselves are gone after days. ours
    "call_exports": 365,
    # Control of the use of grants: ten years. To be fixed with the operator's archives. ours
    "application_persons": 10 * 365,
    # The time to change one's mind. ours
    "removed_documents": 30,
}
