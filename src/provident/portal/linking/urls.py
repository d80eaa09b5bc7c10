"""The addresses of codes, e-IDs and authorities."""

from django.urls import path

from provident.portal.linking import activation, eid, letters, mandates, offices

urlpatterns = [
    path("activate/", activation.activate, name="activate"),
    path("activate/done/", activation.activated, name="activated"),
    path("e-id/code/", eid.code, name="eid-code"),
    path("e-id/<slug:issuer>/", eid.leave, name="eid-leave"),
    path("e-id/<slug:issuer>/arrived/", eid.arrived, name="eid-arrived"),
    path("counter/letter/", letters.letter, name="letter"),
    path("authorities/", mandates.authorities, name="authorities"),
    path("authorities/<int:grant>/end/", mandates.end_authority, name="authority-end"),
    path("authorities/offers/<int:offer>/end/", mandates.end_offer, name="offer-end"),
    path("acting-for/", mandates.represented, name="represented"),
    path("offices/", offices.offices, name="offices"),
    path("offices/<int:account>/code/", offices.office_code, name="office-code"),
    path("offices/<int:account>/role/", offices.office_role, name="office-role"),
    path("offices/<int:account>/role/<int:held>/end/", offices.office_role_end, name="office-role-end"),
]
