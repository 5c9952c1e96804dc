from django.urls import path

from essaim.dossiers.views import documents, files, outputs, readers, reports

app_name = "dossiers"
FILE = "dossiers/<int:pk>"
VERSION = f"{FILE}/versions/<int:number>"
urlpatterns = [
    path("dossiers", files.mine, name="mine"),
    path("schemas/dossier-de-demande.json", outputs.schema, name="schema"),
    path("organisations/<slug:slug>/documents", documents.vault, name="vault"),
    path("organisations/<slug:slug>/documents/deposer", documents.deposit, name="deposit"),
    path("organisations/<slug:slug>/attestations", documents.statements, name="statements"),
    path("documents/<int:pk>", documents.download, name="download"),
    path("documents/<int:pk>/retirer", documents.remove, name="remove"),
    path(FILE, files.application, name="application"),
    path(f"{FILE}/parties/<slug:block>", files.edit, name="edit"),
    path(f"{FILE}/deposer", files.submit, name="submit"),
    path(f"{FILE}/reprendre", files.amend, name="amend"),
    path(f"{FILE}/renoncer", files.give_up, name="give_up"),
    path(f"{FILE}/retirer", files.withdraw, name="withdraw"),
    path(f"{FILE}/pieces", documents.of_file, name="documents"),
    path(f"{FILE}/pieces/<int:number>/detacher", documents.detach, name="detach"),
    path(f"{FILE}/pieces-demandees", readers.require, name="require"),
    path(
        f"{FILE}/pieces-demandees/<int:number>/retirer",
        readers.withdraw_request,
        name="withdraw_request",
    ),
    path(f"{FILE}/questions", readers.ask, name="ask"),
    path(f"{FILE}/questions/<int:number>", readers.answer, name="answer"),
    path(VERSION, readers.version, name="version"),
    path(f"{VERSION}/differences", readers.differences, name="differences"),
    path(f"{VERSION}/demande.pdf", outputs.version_pdf, name="pdf"),
    path(f"{VERSION}/demande.json", outputs.version_json, name="json"),
    path(f"{VERSION}/budget.csv", outputs.budget_csv, name="budget"),
    path(f"{FILE}/comptes-rendus", reports.start, name="start_report"),
    path(f"{FILE}/comptes-rendus/<int:number>", reports.report, name="report"),
    path(f"{FILE}/comptes-rendus/<int:number>/deposer", reports.submit, name="submit_report"),
    path(f"{FILE}/comptes-rendus/<int:number>/compte-rendu.pdf", reports.pdf, name="report_pdf"),
    path(f"{FILE}/comptes-rendus/<int:number>/lignes.csv", reports.lines_csv, name="report_lines"),
]
