// The visit with QXmpp: see harness/tests/clients/__init__.py.

#include <cstdio>

#include <QCoreApplication>
#include <QSslCertificate>
#include <QXmppClient.h>
#include <QXmppConfiguration.h>
#include <QXmppMessage.h>
#include <QXmppMucManager.h>

static QString given(const char *name) { return QString::fromUtf8(qgetenv(name)); }

static void say(const QString &event, const QString &key = {}, const QString &value = {})
{
    const QString more = key.isEmpty() ? "" : QString(", \"%1\": \"%2\"").arg(key, value);
    printf("{\"event\": \"%s\"%s}\n", qPrintable(event), more.toUtf8().constData());
    fflush(stdout);
}

static QXmppConfiguration configuration()
{
    QXmppConfiguration made;
    const QString transport = given("VISIT_TRANSPORT");
    made.setJid(given("VISIT_JID"));
    made.setPassword(given("VISIT_PASSWORD"));
    made.setHost(given("VISIT_HOST"));
    made.setPort(given("VISIT_PORT").toInt());
    made.setAutoReconnectionEnabled(false);
    made.setIgnoreSslErrors(false);
    made.setCaCertificates(QSslCertificate::fromPath(given("VISIT_CA")));
    made.setStreamSecurityMode(transport == "tcp"        ? QXmppConfiguration::TLSDisabled
                               : transport == "starttls" ? QXmppConfiguration::TLSRequired
                                                         : QXmppConfiguration::LegacySSL);
    return made;
}

int main(int argc, char *argv[])
{
    QCoreApplication app(argc, argv);
    QXmppClient client;
    QXmppMucManager *rooms = new QXmppMucManager;
    bool finished = false;
    client.addExtension(rooms);
    QXmppMucRoom *room = rooms->addRoom(given("VISIT_ROOM"));
    room->setNickName("bot");

    QObject::connect(&client, &QXmppClient::connected, [&] {
        say("connected", "jid", client.configuration().jid());
        room->join();
    });
    bool seated = false; // a new nickname is told as another entrance
    QObject::connect(room, &QXmppMucRoom::joined, [&] {
        say(seated ? "renamed" : "joined", "nick", room->nickName());
        seated ? (void)room->leave() : (void)room->sendMessage("Good morrow!");
        seated = true;
    });
    QObject::connect(room, &QXmppMucRoom::messageReceived, [&](const QXmppMessage &message) {
        if (message.body().isEmpty())
            return;
        say("message", "body", message.body());
        room->setNickName("robot");
    });
    QObject::connect(room, &QXmppMucRoom::left, [&] {
        say("left");
        finished = true;
        client.disconnectFromServer();
    });
    QObject::connect(&client, &QXmppClient::error, [&](QXmppClient::Error error) {
        fprintf(stderr, "error %d\n", int(error));
        app.exit(1);
    });
    QObject::connect(&client, &QXmppClient::disconnected, [&] { app.exit(finished ? 0 : 1); });
    client.connectToServer(configuration());
    return app.exec();
}
