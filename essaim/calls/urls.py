from . import urls_after, urls_applying, urls_deciding, urls_setting

app_name = "calls"
# Words of ours come before the slug of a call, which never is one of them (``reserved`` slugs).
urlpatterns = [
    *urls_deciding.first,
    *urls_after.first,
    *urls_applying.first,
    *urls_setting.patterns,
    *urls_applying.patterns,
    *urls_deciding.patterns,
    *urls_after.patterns,
]
