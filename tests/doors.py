"""What each kind of user gets at each route: the table that the sweep of doors walks."""

KINDS = (
    "owner", "owner_by_group", "editor", "reader", "minimal", "deactivated",
    "foreign_owner", "superuser", "visitor", "anonymous",
)  # fmt: skip
SIGN_IN = 302


def statuses(*, owner, editor=None, reader=None, minimal=None, foreign=404, visitor=None):
    """Return what each kind gets; who is not named gets what the one before gets.

    A support visit sees what owners see, unless it is said.
    """
    visitor = owner if visitor is None else visitor
    editor = owner if editor is None else editor
    reader = editor if reader is None else reader
    minimal = reader if minimal is None else minimal
    return {
        "owner": owner, "owner_by_group": owner, "editor": editor, "reader": reader,
        "minimal": minimal, "deactivated": SIGN_IN, "foreign_owner": foreign,
        "superuser": foreign, "visitor": visitor, "anonymous": SIGN_IN,
    }  # fmt: skip


OWNERS = statuses(owner=200, editor=403)
MEMBERS = statuses(owner=200)
ONESELF = statuses(owner=200, visitor=403)  # about one's membership: a visit is none
EVERYBODY = dict.fromkeys(KINDS, 200)
OUT = {"deactivated": SIGN_IN, "anonymous": SIGN_IN}
SIGNED_IN = dict.fromkeys(KINDS, 200) | OUT
NOBODY_ELSES = dict.fromkeys(KINDS, 404) | OUT
NO_TOKEN = dict.fromkeys(KINDS, 401)  # for programs: signing in by cookie counts for nothing
# route: (arguments, status per kind of a GET[, status of a POST where that differs])
# One line is enough, also for what takes POST: whoever GET turns away, POST does too, and
# whom it lets in (or answers with 405, for what only takes POST) may post. A third part
# names the kinds who may look and not send, such as {"reader": 403}.
EXPECTED = {
    **{
        f"authzen:{name}": ({}, NO_TOKEN)
        for name in (
            "evaluation", "evaluations", "search_subject", "search_resource", "search_action",
        )
    },
    **{
        f"scim:{name}": (arguments, NO_TOKEN)
        for arguments, names in (
            ({}, (
                "config", "resource_types", "schemas", "search", "users_search", "groups_search",
                "bulk", "me", "users", "groups",
            )),
            ({"ident": "x"}, ("resource_type", "schema", "user", "group")),
        )
        for name in names
    },
    "authzen_configuration": ({}, EVERYBODY),
    # The connection of the cast is a draft: nobody signs in by it.
    "sso_start": ({"connection": "{connection}"}, dict.fromkeys(KINDS, 404)),
    "sso_prove": ({"connection": "{connection}"}, dict.fromkeys(KINDS, 403) | OUT),
    "sso_proved": ({}, dict.fromkeys(KINDS, 302)),
    "sso_metadata": ({"connection": "{connection}"}, EVERYBODY),
    "sso_acs": ({"connection": "{connection}"}, dict.fromkeys(KINDS, 405)),
    "sso_answer": ({"connection": "{connection}"}, dict.fromkeys(KINDS, 403)),
    "sso_callback": ({"connection": "{connection}"}, dict.fromkeys(KINDS, 404)),
    "sso_logout": ({"connection": "{connection}"}, dict.fromkeys(KINDS, 405)),
    "own_credentials": ({}, dict.fromkeys(KINDS, 405) | OUT),
    "openapi": ({}, EVERYBODY),
    "api_reference": ({}, EVERYBODY),
    "help": ({"topic": "labels"}, EVERYBODY),
    "workspaces:start": ({}, statuses(owner=302)),
    "workspaces:second_factor": ({}, statuses(owner=302, visitor=404)),
    "workspaces:overview": ({}, OWNERS),
    "workspaces:members": ({}, OWNERS),
    "workspaces:member": ({"member_id": "{bo}"}, OWNERS),
    "workspaces:invite_people": ({}, OWNERS),
    "workspaces:invite_people_review": ({}, statuses(owner=405, editor=403)),
    "workspaces:invite_people_result": ({}, statuses(owner=302, editor=403)),
    "workspaces:invite_file": ({}, OWNERS),
    "workspaces:invite_file_template": ({}, OWNERS),
    "workspaces:invites": ({}, OWNERS),
    "workspaces:invite": ({"invite_id": "{invited}"}, OWNERS),
    "workspaces:invite_access": ({"invite_id": "{invited}"}, OWNERS),
    "workspaces:invite_access_review": (
        {"invite_id": "{invited}"}, statuses(owner=405, editor=403)
    ),
    "workspaces:invite_resend": (
        {"invite_id": "{invited}"}, OWNERS, {"owner": 429, "owner_by_group": 429}
    ),
    "workspaces:invite_revoke": ({"invite_id": "{invited}"}, OWNERS),
    "workspaces:member_access": ({"member_id": "{bo}"}, OWNERS),
    "workspaces:member_access_review": (
        {"member_id": "{bo}"}, statuses(owner=405, editor=403)
    ),
    "workspaces:member_owner": ({"member_id": "{bo}"}, OWNERS),
    "workspaces:member_remove": ({"member_id": "{bo}"}, OWNERS),
    "workspaces:member_view_as": ({"member_id": "{bo}"}, OWNERS),
    "workspaces:member_compare": ({"member_id": "{bo}"}, OWNERS),
    "workspaces:member_copy": ({"member_id": "{bo}"}, OWNERS),
    "workspaces:member_what_if": ({"member_id": "{bo}"}, OWNERS),
    "workspaces:grant_end": ({"member_id": "{cy}", "grant_id": "{grant}"}, OWNERS),
    "workspaces:members_csv": ({}, statuses(owner=405, editor=403)),
    "workspaces:matrix_csv": ({}, statuses(owner=405, editor=403)),
    "workspaces:members_export": ({}, OWNERS),
    "workspaces:members_group": ({}, OWNERS),
    "workspaces:members_role": ({}, OWNERS),
    "workspaces:members_ends": ({}, OWNERS),
    "workspaces:members_remove": ({}, OWNERS),
    "workspaces:leave": ({}, ONESELF),
    "workspaces:groups": ({}, OWNERS),
    "workspaces:group_new": ({}, OWNERS),
    "workspaces:groups_export": ({}, statuses(owner=422, editor=403)),
    "workspaces:groups_delete": ({}, statuses(owner=422, editor=403)),
    "workspaces:groups_people": ({}, statuses(owner=422, editor=403)),
    "workspaces:group": ({"group_id": "{growth}"}, OWNERS),
    "workspaces:group_access": ({"group_id": "{growth}"}, OWNERS),
    "workspaces:group_access_review": (
        {"group_id": "{growth}"}, statuses(owner=405, editor=403)
    ),
    "workspaces:group_describe": ({"group_id": "{growth}"}, OWNERS),
    "workspaces:group_duplicate": ({"group_id": "{growth}"}, OWNERS),
    "workspaces:group_take_over": ({"group_id": "{growth}"}, OWNERS),
    "workspaces:group_open": ({"group_id": "{growth}"}, OWNERS),
    "workspaces:group_managers": ({"group_id": "{growth}"}, OWNERS),
    "workspaces:group_offer": ({"group_id": "{growth}"}, OWNERS),
    "workspaces:my_groups": ({}, ONESELF),
    **{
        f"workspaces:{name}": (
            {"group_id": "{managed}"},
            statuses(owner=200, editor=403, minimal=200, visitor=403) | {"owner_by_group": 403},
        )
        for name in ("my_group", "my_group_add", "my_group_dates", "my_group_remove")
    },
    "workspaces:group_delete": ({"group_id": "{growth}"}, OWNERS),
    "workspaces:group_members": ({"group_id": "{growth}"}, OWNERS),
    "workspaces:group_members_dates": ({"group_id": "{growth}"}, OWNERS),
    "workspaces:group_members_move": ({"group_id": "{growth}"}, OWNERS),
    "workspaces:group_members_remove": ({"group_id": "{growth}"}, OWNERS),
    "workspaces:tokens": ({}, OWNERS),
    "workspaces:decision_names": ({}, OWNERS),
    "workspaces:decision_name_remove": ({"name_id": "{name}"}, statuses(owner=405, editor=403)),
    "workspaces:token_new": ({}, OWNERS),
    "workspaces:token_new_review": ({}, statuses(owner=405, editor=403)),
    "workspaces:tokens_export": ({}, statuses(owner=422, editor=403)),
    "workspaces:tokens_revoke": ({}, statuses(owner=422, editor=403)),
    "workspaces:tokens_ends": ({}, statuses(owner=422, editor=403)),
    "workspaces:token": ({"token_id": "{token}"}, OWNERS),
    "workspaces:token_access": ({"token_id": "{token}"}, OWNERS),
    "workspaces:token_access_review": (
        {"token_id": "{token}"}, statuses(owner=405, editor=403)
    ),
    "workspaces:token_rotate": ({"token_id": "{token}"}, OWNERS),
    "workspaces:token_confirm": ({"token_id": "{token}"}, OWNERS),
    "workspaces:suspended_confirm": ({}, OWNERS),
    "workspaces:token_revoke": ({"token_id": "{token}"}, OWNERS),
    "workspaces:labels": ({}, OWNERS),
    "workspaces:label": ({"name": "environment:prod"}, OWNERS),
    "workspaces:label_new": ({}, OWNERS),
    "workspaces:label_delete": ({"name": "product:truck"}, OWNERS),
    "workspaces:label_replace": ({"name": "product:truck"}, OWNERS),
    "workspaces:labels_assign": ({}, OWNERS),
    "workspaces:labels_assign_review": ({}, OWNERS),
    "workspaces:resource_labels": (
        {"type_": "source", "resource_slug": "a"}, statuses(owner=200, reader=403)
    ),
    "workspaces:check": ({}, MEMBERS),
    "workspaces:jump": ({}, MEMBERS),
    "workspaces:my_access": ({}, ONESELF),
    "workspaces:my_take_up": (
        {"name": "{takable}"}, dict.fromkeys(KINDS, 404) | OUT | {"minimal": 200, "visitor": 403}
    ),
    "workspaces:take_up": (
        {"take_up_id": "{take_up}"}, statuses(owner=200, editor=404, minimal=200, visitor=403)
    ),
    "workspaces:take_up_end": (
        {"take_up_id": "{take_up}"}, statuses(owner=200, editor=404, minimal=200, visitor=403)
    ),
    "workspaces:take_up_answer": (
        {"take_up_id": "{take_up}"}, statuses(owner=405, visitor=403),
        dict.fromkeys(("editor", "reader"), 404),
    ),
    "workspaces:take_up_look": (
        {"take_up_id": "{take_up}"}, statuses(owner=405, editor=403),
    ),
    "workspaces:reviews": ({}, OWNERS),
    "workspaces:review_new": ({}, OWNERS),
    "workspaces:review": ({"review_id": "{review}"}, statuses(owner=200, editor=404)),
    "workspaces:review_item": (
        {"review_id": "{review}", "number": "{item}"}, statuses(owner=200, editor=404)
    ),
    "workspaces:review_answer": (
        {"review_id": "{review}"}, statuses(owner=405, editor=404, visitor=403)
    ),
    "workspaces:review_close": ({"review_id": "{review}"}, OWNERS),
    "workspaces:review_report": ({"review_id": "{review}"}, OWNERS),
    "workspaces:review_csv": ({"review_id": "{review}"}, statuses(owner=405, editor=403)),
    "workspaces:review_stop": ({"review_id": "{review}"}, OWNERS),
    "workspaces:access_ask": ({}, ONESELF),
    "workspaces:access_extend": ({}, statuses(owner=302, visitor=403)),
    "workspaces:request_withdraw": (
        {"request_id": "{request}"}, statuses(owner=405, visitor=403),
        dict.fromkeys(("owner", "owner_by_group", "editor", "reader"), 404),
    ),
    "workspaces:offer_ask": (
        {"group_id": "{offered}"}, statuses(owner=200, visitor=403)
    ),
    "workspaces:asked": (
        {"request_id": "{joining}"}, statuses(owner=200, editor=404, minimal=200, visitor=403)
    ),
    "workspaces:asked_answer": (
        {"request_id": "{joining}"}, statuses(owner=405, visitor=403),
        {"editor": 404, "reader": 404, "minimal": 403},  # dee asked
    ),
    "workspaces:requests": ({}, OWNERS),
    "workspaces:request": ({"request_id": "{request}"}, OWNERS),
    "workspaces:request_approve": ({"request_id": "{request}"}, OWNERS),
    "workspaces:request_decline": ({"request_id": "{request}"}, OWNERS),
    "workspaces:audit": ({}, OWNERS),
    "workspaces:audit_event": ({"number": "1"}, OWNERS),
    "workspaces:audit_export": ({}, statuses(owner=405, editor=403)),
    "workspaces:audit_undo": ({"number": "1"}, OWNERS),
    "workspaces:settings_general": ({}, OWNERS),
    "workspaces:settings_sign_in": ({}, OWNERS),
    "workspaces:settings_sign_in_review": ({}, statuses(owner=405, editor=403)),
    "workspaces:settings_domains": ({}, OWNERS),
    "workspaces:domain_check": ({"domain_id": "{domain}"}, statuses(owner=405, editor=403)),
    "workspaces:domain_renew": ({"domain_id": "{domain}"}, statuses(owner=405, editor=403)),
    "workspaces:domain_give_up": ({"domain_id": "{domain}"}, OWNERS),
    "workspaces:settings_connections": ({}, OWNERS),
    "workspaces:connection_new": ({}, OWNERS),
    "workspaces:sso_entry": ({}, statuses(owner=302, visitor=404)),
    "workspaces:settings_connection": ({"connection_id": "{connection}"}, OWNERS),
    **{
        f"workspaces:connection_{act}": (
            {"connection_id": "{connection}"}, statuses(owner=405, editor=403)
        )
        for act in ("metadata", "trust", "activate")
    },
    "workspaces:connection_test": (
        {"connection_id": "{connection}"}, statuses(owner=302, editor=403)
    ),
    "workspaces:connection_off": ({"connection_id": "{connection}"}, OWNERS),
    "workspaces:connection_take_out": ({"connection_id": "{connection}"}, OWNERS),
    "workspaces:binding_release": (
        {"connection_id": "{connection}", "binding_id": "{binding}"}, OWNERS
    ),
    "workspaces:settings_require_sso": ({}, OWNERS),
    "workspaces:require_sso_on": ({}, OWNERS),
    "workspaces:require_sso_off": ({}, OWNERS),
    "workspaces:sso_exempt_end": ({"member_id": "{bo}"}, statuses(owner=405, editor=403)),
    "workspaces:settings_danger": ({}, OWNERS),
    "workspaces:settings_support": ({}, OWNERS),
    "workspaces:settings_scim": ({}, OWNERS),
    "workspaces:scim_token_new": ({}, OWNERS),
    "workspaces:support_close": ({}, OWNERS),
    "workspaces:pick_members": ({}, OWNERS),
    "workspaces:pick_groups": ({}, OWNERS),
    "workspaces:pick_subjects": ({}, OWNERS),
    "workspaces:pick_actors": ({}, OWNERS),
    "workspaces:pick_any_group": ({}, OWNERS),
    "workspaces:pick_labels_on": ({"type_": "source"}, MEMBERS),
    "workspaces:pick_things": ({}, MEMBERS),
    "workspaces:pick_labels": ({}, statuses(owner=200, reader=403)),
    "workspaces:pick_resources": ({"type_": "source"}, MEMBERS),
    "workspaces:list_views": (
        {"which": "members"}, statuses(owner=200, editor=403, visitor=403)
    ),
    "workspaces:resource_views": ({"type_": "source"}, ONESELF),
    "workspaces:view_remove": (
        {"view_id": "{kept}"}, dict.fromkeys(KINDS, 404) | OUT | {"minimal": 200, "visitor": 403}
    ),
    "workspaces:resources_export": ({"type_": "source"}, statuses(owner=422, editor=403)),
    "workspaces:resources_label": ({"type_": "source"}, statuses(owner=422, editor=403)),
    "workspaces:resources": ({"type_": "source"}, MEMBERS),
    "workspaces:resource": (
        {"type_": "source", "resource_slug": "a"}, statuses(owner=200, minimal=403)
    ),
    "workspaces:resource_people": (
        {"type_": "source", "resource_slug": "a"}, statuses(owner=200, minimal=403)
    ),
    "workspaces:resource_give": ({"type_": "source", "resource_slug": "a"}, OWNERS),
    "workspaces:resource_history": ({"type_": "source", "resource_slug": "a"}, OWNERS),
    "workspaces:resource_new": ({"type_": "source"}, OWNERS),
    "workspaces:resource_edit": (
        {"type_": "source", "resource_slug": "a"}, statuses(owner=200, reader=403)
    ),
    "workspaces:resource_delete": (
        {"type_": "source", "resource_slug": "a"}, statuses(owner=200, reader=403)
    ),
    "workspaces:resource_connect": (
        {"type_": "source", "resource_slug": "a"}, statuses(owner=200, reader=403)
    ),
    "workspaces:resource_disconnect": (
        {"type_": "source", "resource_slug": "a", "other_type": "warehouse", "other_slug": "bq"},
        OWNERS,
    ),
    "home": ({}, statuses(owner=302, foreign=302) | {
        "editor": 200, "superuser": 200, "visitor": 200
    }),
    "new_workspace": ({}, SIGNED_IN),
    "preferences": ({}, SIGNED_IN),
    "visit_end": (
        {"visit_id": "{visit}"}, dict.fromkeys(SIGNED_IN, 405) | {
            "deactivated": SIGN_IN, "anonymous": SIGN_IN
        }, dict.fromkeys(set(KINDS) - {"visitor", "deactivated", "anonymous"}, 404),
    ),
    "my_sessions": ({}, SIGNED_IN),
    "my_session_end": ({"key": "none"}, NOBODY_ELSES),
    "my_sessions_end": ({}, SIGNED_IN),
    "my_tokens": ({}, SIGNED_IN),
    "account_activity": ({}, SIGNED_IN),
    "account_address": ({}, SIGNED_IN),
    "account_address_confirm": ({"token": "forged"}, dict.fromkeys(SIGNED_IN, 410) | OUT),
    "account_delete": ({}, SIGNED_IN),
    "account_prove": ({}, SIGNED_IN | {"superuser": 302}),
    "account_prove_give_up": ({}, statuses(owner=405, foreign=405) | {"anonymous": SIGN_IN}),
    "session_left": ({}, SIGNED_IN),
    "session_stay": ({}, statuses(owner=405, foreign=405) | {"anonymous": SIGN_IN}),
    "alias": ({}, SIGNED_IN),
    "alias_proof": ({"token": "{alias}"}, EVERYBODY),
    "alias_made": ({}, dict.fromkeys(KINDS, 302)),
    "livez": ({}, EVERYBODY),
    "readyz": ({}, EVERYBODY),
    "sign_in_link": ({"token": "{link}"}, EVERYBODY),
    "offer": (
        {"token": "{invite}"},
        dict.fromkeys(KINDS, 403) | {"deactivated": 200, "anonymous": 200},
    ),
    "offer_sign_in": ({"token": "{invite}"}, dict.fromkeys(KINDS, 405)),
    "offer_sign_up": (
        {"token": "{invite}"},
        dict.fromkeys(KINDS, 302) | {"deactivated": 200, "anonymous": 200},
    ),
    "mails": ({}, EVERYBODY),
    "mail": ({"mail_id": "{mail}"}, EVERYBODY),
    "mail_html": ({"mail_id": "{mail}"}, EVERYBODY),
}  # fmt: skip
# allauth's own pages show a form to whoever may use it; what they do is tested in accounts/.
SIGNED_OUT = dict.fromkeys(KINDS, 302) | {"deactivated": 200, "anonymous": 200}


def with_password(status, *, without):
    """Only the superuser of the cast has a password."""
    return dict.fromkeys(SIGNED_IN, without) | {
        "superuser": status, "deactivated": SIGN_IN, "anonymous": SIGN_IN
    }  # fmt: skip


# Nobody of the cast has a second factor; who has: tests/accounts/sign_in/test_second_factor.py
WITHOUT_FACTOR = dict.fromkeys(KINDS, 404) | {"deactivated": SIGN_IN, "anonymous": SIGN_IN}
EXPECTED_OF_ALLAUTH = {
    "account_login": ({}, SIGNED_OUT),
    "account_logout": ({}, SIGNED_IN),
    "account_inactive": ({}, EVERYBODY),
    "account_email_verification_sent": ({}, dict.fromkeys(KINDS, 302)),
    "account_signup": ({}, SIGNED_OUT),
    "account_reauthenticate": ({}, with_password(200, without=403)),
    "account_change_password": ({}, with_password(200, without=302)),
    "account_set_password": ({}, with_password(302, without=200)),
    "account_reset_password": ({}, EVERYBODY),
    "account_reset_password_done": ({}, EVERYBODY),
    "account_reset_password_from_key": ({"uidb36": "1", "key": "x-y"}, EVERYBODY),
    "account_reset_password_from_key_done": ({}, EVERYBODY),
    "mfa_index": ({}, SIGNED_IN),
    "mfa_authenticate": ({}, dict.fromkeys(KINDS, 302)),
    "mfa_reauthenticate": ({}, with_password(302, without=403)),
    "mfa_activate_totp": ({}, SIGNED_IN),
    "mfa_deactivate_totp": ({}, WITHOUT_FACTOR),
    "mfa_view_recovery_codes": ({}, WITHOUT_FACTOR),
    "mfa_generate_recovery_codes": ({}, SIGNED_IN),
    "mfa_list_webauthn": ({}, SIGNED_IN),
    "mfa_add_webauthn": ({}, SIGNED_IN),
    "mfa_login_webauthn": ({}, dict.fromkeys(KINDS, 302)),
    "mfa_reauthenticate_webauthn": ({}, with_password(302, without=403)),
    "mfa_edit_webauthn": ({"pk": "1"}, WITHOUT_FACTOR),
    "mfa_remove_webauthn": ({"pk": "1"}, WITHOUT_FACTOR),
}
ALL = EXPECTED | EXPECTED_OF_ALLAUTH


OURS = [name for name in EXPECTED if name.startswith("workspaces:")]
