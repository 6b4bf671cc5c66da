/* The visit with libstrophe: see harness/tests/clients/__init__.py. */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strophe.h>

static const char *room;
static const char *nick = NULL;
static int status = 1;

static void say(const char *event, const char *key, const char *value)
{
    if (key)
        printf("{\"event\": \"%s\", \"%s\": \"%s\"}\n", event, key, value);
    else
        printf("{\"event\": \"%s\"}\n", event);
    fflush(stdout);
}

static void show(xmpp_conn_t *conn, const char *to, const char *type)
{
    xmpp_ctx_t *ctx = xmpp_conn_get_context(conn);
    xmpp_stanza_t *presence = xmpp_presence_new(ctx);
    char address[300];
    snprintf(address, sizeof address, "%s/%s", room, to);
    xmpp_stanza_set_to(presence, address);
    if (type)
        xmpp_stanza_set_type(presence, type);
    if (!nick) {
        xmpp_stanza_t *muc = xmpp_stanza_new(ctx);
        xmpp_stanza_set_name(muc, "x");
        xmpp_stanza_set_ns(muc, "http://jabber.org/protocol/muc");
        xmpp_stanza_add_child(presence, muc);
        xmpp_stanza_release(muc);
    }
    xmpp_send(conn, presence);
    xmpp_stanza_release(presence);
}

static int has_code(xmpp_stanza_t *presence, const char *code)
{
    xmpp_stanza_t *told = xmpp_stanza_get_child_by_ns(presence, "http://jabber.org/protocol/muc#user");
    xmpp_stanza_t *child = told ? xmpp_stanza_get_children(told) : NULL;
    for (; child; child = xmpp_stanza_get_next(child)) {
        const char *given = xmpp_stanza_get_attribute(child, "code");
        if (given && strcmp(given, code) == 0)
            return 1;
    }
    return 0;
}

static int on_presence(xmpp_conn_t *conn, xmpp_stanza_t *presence, void *data)
{
    const char *type = xmpp_stanza_get_type(presence);
    if (!has_code(presence, "110"))
        return 1;
    if (type && strcmp(type, "unavailable") == 0) {
        if (has_code(presence, "303"))
            return 1;
        say("left", NULL, NULL);
        status = 0;
        xmpp_disconnect(conn);
    } else if (!nick) {
        xmpp_stanza_t *said = xmpp_message_new(xmpp_conn_get_context(conn), "groupchat", room, "said");
        nick = "bot";
        say("joined", "nick", nick);
        xmpp_message_set_body(said, "Good morrow!");
        xmpp_send(conn, said);
        xmpp_stanza_release(said);
    } else {
        nick = strchr(xmpp_stanza_get_from(presence), '/') + 1;
        say("renamed", "nick", nick);
        show(conn, nick, "unavailable");
    }
    return 1;
}

static int on_message(xmpp_conn_t *conn, xmpp_stanza_t *message, void *data)
{
    char *body = xmpp_message_get_body(message);
    if (body) {
        say("message", "body", body);
        xmpp_free(xmpp_conn_get_context(conn), body);
        show(conn, "robot", NULL);
    }
    return 1;
}

static void on_change(xmpp_conn_t *conn, xmpp_conn_event_t event, int error, xmpp_stream_error_t *why, void *data)
{
    if (event != XMPP_CONN_CONNECT) {
        xmpp_stop(xmpp_conn_get_context(conn));
        return;
    }
    say("connected", "jid", xmpp_conn_get_bound_jid(conn));
    xmpp_handler_add(conn, on_presence, NULL, "presence", NULL, NULL);
    xmpp_handler_add(conn, on_message, NULL, "message", NULL, NULL);
    show(conn, "bot", NULL);
}

int main(void)
{
    const char *transport = getenv("VISIT_TRANSPORT"), *ca = getenv("VISIT_CA");
    long flags = strcmp(transport, "tcp") == 0        ? XMPP_CONN_FLAG_DISABLE_TLS
                 : strcmp(transport, "starttls") == 0 ? XMPP_CONN_FLAG_MANDATORY_TLS
                                                      : XMPP_CONN_FLAG_LEGACY_SSL;
    xmpp_ctx_t *ctx;
    xmpp_conn_t *conn;

    room = getenv("VISIT_ROOM");
    xmpp_initialize();
    ctx = xmpp_ctx_new(NULL, xmpp_get_default_logger(XMPP_LEVEL_ERROR));
    conn = xmpp_conn_new(ctx);
    xmpp_conn_set_flags(conn, flags);
    xmpp_conn_set_jid(conn, getenv("VISIT_JID"));
    xmpp_conn_set_pass(conn, getenv("VISIT_PASSWORD"));
    if (*ca)
        xmpp_conn_set_cafile(conn, ca);
    if (xmpp_connect_client(conn, getenv("VISIT_HOST"), atoi(getenv("VISIT_PORT")), on_change, NULL) == XMPP_EOK)
        xmpp_run(ctx);
    xmpp_conn_release(conn);
    xmpp_ctx_free(ctx);
    xmpp_shutdown();
    return status;
}
