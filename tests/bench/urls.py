"""The site's addresses, and what others are measured by: a page of nothing, Django's lists."""

from django.http import HttpResponse
from django.urls import path

from accounts.guards import UserRequest, signed_in
from config import urls
from config.web.http import page
from tests.bench.contestants import stock

EMPTY = "/bench/empty"


@signed_in("it shows nothing at all")
def empty(request: UserRequest) -> HttpResponse:
    return page(request, "bench/empty.html", {})


urlpatterns = [
    *urls.urlpatterns,
    path(EMPTY.lstrip("/"), empty),
    path("bench/plain/", stock.plain.urls),
    path("bench/full/", stock.full.urls),
]

handler400, handler403, handler404 = urls.handler400, urls.handler403, urls.handler404
handler429, handler500 = urls.handler429, urls.handler500
