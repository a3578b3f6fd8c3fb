"""The addresses of requests: one block for each task of a person."""

from django.urls import path

from intake.views import (
    add_request,
    all_requests,
    answer_link,
    assign,
    availability,
    client_page,
    clients,
    clocks,
    closed_days,
    closing,
    compare,
    contact,
    desk,
    directory,
    export,
    find,
    looking,
    mail_choice,
    merging,
    note_templates,
    notes,
    nudging,
    outbox,
    proposal,
    public,
    queue,
    recording,
    request,
    saved_views,
    sessions,
    several,
    standing,
    try_clocks,
    watch,
    weights,
)

app_name = "intake"

urlpatterns = [
    # The public and the client
    path("request/", public.submit, name="submit"),
    path("request/thanks/<str:token>/", public.thanks, name="thanks"),
    path("status/lost/", client_page.lost_link, name="lost_link"),
    path("status/<str:token>/", client_page.status, name="status"),
    path("status/<str:token>/contact/", client_page.contact, name="status_contact"),
    path("status/<str:token>/question/", client_page.question, name="status_question"),
    path("status/<str:token>/withdraw/", client_page.withdraw, name="status_withdraw"),
    # The public directory of mentors
    path("mentors/", directory.directory, name="directory"),
    path("mentors/<int:pk>/", directory.entry, name="directory_entry"),
    # The mentor's answer from a mail
    path("answer/<str:token>/", answer_link.answer, name="answer"),
    # The mentor's desk
    path("desk/", desk.index, name="desk"),
    path("desk/closed/", desk.closed_requests, name="closed"),
    path("requests/<int:pk>/accept/", desk.accept, name="accept"),
    path("requests/<int:pk>/decline/", desk.decline, name="decline"),
    # Reaching the client
    path("requests/<int:pk>/attempt/", contact.attempt, name="attempt"),
    path("requests/<int:pk>/attempt/tap/", contact.attempt_tap, name="attempt_tap"),
    path("attempts/<int:pk>/take-back/", contact.take_back, name="take_back"),
    path("requests/<int:pk>/mail/", contact.mail, name="mail_client"),
    # Sessions
    path("requests/<int:pk>/schedule/", sessions.schedule, name="session_schedule"),
    path("requests/<int:pk>/record/", recording.record, name="session_record"),
    path("sessions/<int:pk>/move/", sessions.move, name="session_move"),
    path("sessions/<int:pk>/cancel/", sessions.cancel, name="session_cancel"),
    path("sessions/<int:pk>/held/", recording.held, name="session_held"),
    path("sessions/<int:pk>/missed/", recording.missed, name="session_missed"),
    path("sessions/<int:pk>/notes/", recording.notes, name="session_notes"),
    path("sessions/<int:pk>/edit/", recording.edit, name="session_edit"),
    # A mentor's availability
    path("availability/", availability.index, name="availability"),
    path("availability/pause/", availability.pause, name="pause"),
    path("availability/resume/", availability.resume, name="resume"),
    path("availability/pauses/<int:pk>/cancel/", availability.cancel_pause, name="cancel_pause"),
    path("availability/pauses/<int:pk>/", availability.pause_end, name="pause_end"),
    path("availability/directory/", availability.listing, name="listing"),
    path("availability/limit/", availability.limit, name="weekly_limit"),
    path("availability/expertise/", availability.expertise, name="expertise"),
    # The coordinator's lists
    path("queue/", queue.queue, name="queue"),
    path("queue/pulse/", queue.pulse, name="pulse"),
    path("requests/<int:pk>/preview/", queue.preview, name="preview"),
    path("requests/<int:pk>/look/", looking.look, name="look"),
    path("requests/<int:pk>/leave/", looking.leave, name="leave"),
    path("watch/", watch.watch, name="watch"),
    path("requests/", all_requests.requests, name="requests"),
    path("requests/new/", add_request.add_request, name="add_request"),
    # The lists as files
    path("queue/export/", export.queue, name="queue_export"),
    path("watch/export/", export.watch, name="watch_export"),
    path("requests/export/", export.all_requests, name="requests_export"),
    # Saved views of the lists
    path("views/", saved_views.saved_views, name="saved_views"),
    path("views/save/<str:page>/", saved_views.save, name="save_view"),
    path("views/<int:pk>/", saved_views.change, name="change_view"),
    path("views/<int:pk>/drop/", saved_views.drop, name="drop_view"),
    path("views/<int:pk>/first/", saved_views.begin_with, name="begin_with_view"),
    path("views/all/<str:page>/first/", saved_views.begin_with_all, name="begin_with_all"),
    # The search box
    path("find/", find.find_anything, name="find"),
    # Several requests of the queue at once
    path("queue/proposal/", proposal.proposal, name="proposal"),
    path("queue/several/assign/", several.bulk_assign, name="bulk_assign"),
    path("queue/several/move/", several.bulk_move, name="bulk_move"),
    path("queue/several/withdraw/", several.bulk_withdraw, name="bulk_withdraw"),
    path("queue/several/done/", several.several_done, name="several_done"),
    # Words for notes to mentors
    path("note-templates/", note_templates.templates, name="note_templates"),
    path("note-templates/<int:pk>/", note_templates.template, name="note_template"),
    path("note-templates/<int:pk>/drop/", note_templates.drop, name="drop_note_template"),
    # One request
    path("requests/<int:pk>/", request.detail, name="request"),
    path("requests/<int:pk>/assign/", assign.assign, name="assign"),
    path("requests/<int:pk>/move/", assign.move_request, name="move_request"),
    path("requests/<int:pk>/release/", assign.release, name="release"),
    path("requests/<int:pk>/nudge/", nudging.nudge, name="nudge"),
    path("requests/<int:pk>/nudge/<int:session>/", nudging.nudge_for_notes, name="nudge_notes"),
    path("requests/<int:pk>/note/", notes.note, name="note"),
    path("requests/<int:pk>/transfer/", closing.transfer, name="transfer"),
    path("requests/<int:pk>/withdraw/", closing.withdraw, name="withdraw"),
    path("requests/<int:pk>/close/<str:kind>/", closing.close, name="close"),
    path("requests/<int:pk>/reopen/", closing.reopen, name="reopen"),
    path("requests/<int:pk>/hand-back/", closing.hand_back, name="hand_back"),
    # Clocks, explained
    path("requests/<int:pk>/clocks/", clocks.of_request, name="clocks"),
    path("clocks/", try_clocks.try_clocks, name="try_clocks"),
    path("clocks/closed-days/", closed_days.closed_days, name="closed_days"),
    path("clocks/closed-days/change/", closed_days.change, name="change_closed_days"),
    path("clocks/closed-days/move/", closed_days.move, name="move_due_dates"),
    # Possible duplicates, and clients
    path("requests/<int:pk>/compare/<int:other>/", compare.compare, name="compare"),
    path(
        "requests/<int:pk>/compare/<int:other>/withdraw/",
        compare.withdraw_one,
        name="compare_withdraw",
    ),
    path("requests/<int:pk>/compare/<int:other>/settle/", compare.settle, name="compare_settle"),
    path("clients/<int:pk>/", clients.client, name="client"),
    path("clients/<int:pk>/correct/", clients.correct_client, name="client_correct"),
    path("clients/<int:pk>/merge/<int:other>/", merging.merge, name="merge"),
    path("merges/<int:pk>/undo/", merging.undo_merge, name="merge_undo"),
    # A volunteer's standing: what waits for his answer goes back
    path("roster/<int:pk>/standing/", standing.standing, name="standing"),
    # What gives points on the shortlist
    path("weights/", weights.weights, name="weights"),
    # How somebody is told
    path("mails/", mail_choice.how_told, name="mails"),
    path("mails/stop/<str:token>/", mail_choice.stop, name="stop_mails"),
    # The outbox, for administrators
    path("outbox/", outbox.outbox, name="outbox"),
    path("outbox/<int:pk>/", outbox.mail, name="mail"),
    path("outbox/<int:pk>/html/", outbox.mail_html, name="mail_html"),
    path("outbox/<int:pk>/calendar/", outbox.mail_calendar, name="mail_calendar"),
    path("outbox/<int:pk>/again/", outbox.mail_again, name="mail_again"),
]
