// The visit with gloox: see harness/tests/clients/__init__.py.

#include <cstdlib>
#include <iostream>

#include <gloox/client.h>
#include <gloox/connectionbosh.h>
#include <gloox/connectionlistener.h>
#include <gloox/connectiontcpclient.h>
#include <gloox/connectiontls.h>
#include <gloox/message.h>
#include <gloox/mucroom.h>
#include <gloox/mucroomhandler.h>
#include <gloox/presence.h>
#include <gloox/tlsdefault.h>

using namespace gloox;

static std::string given(const char *name) { return getenv(name); }

static void say(const std::string &event, const std::string &key = "", const std::string &value = "")
{
    std::cout << "{\"event\": \"" << event << "\"";
    if (!key.empty())
        std::cout << ", \"" << key << "\": \"" << value << "\"";
    std::cout << "}" << std::endl;
}

// The library keeps the authorities that it is given, and asks those of the system only.
class Trusting : public TLSDefault {
  public:
    Trusting(TLSHandler *handler, const std::string &server) : TLSDefault(handler, server, VerifyingClient) {}
    bool init(const std::string &key, const std::string &certificates, const StringList &authorities) override
    {
        const bool made = TLSDefault::init(key, certificates, authorities);
        setCACerts(authorities);
        return made;
    }
};

// TLS below the stream: whoever is not verified gets no word from us.
class SecureConnection : public ConnectionTLS {
  public:
    using ConnectionTLS::ConnectionTLS;
    ConnectionBase *newInstance() const override
    {
        SecureConnection *made = new SecureConnection(m_handler, m_connection->newInstance(), m_log);
        made->setCACerts(m_cacerts);
        return made;
    }
    void handleHandshakeResult(const TLSBase *base, bool success, CertInfo &info) override
    {
        if (success && info.status != CertOk) {
            std::cerr << "certificate status " << info.status << std::endl;
            exit(1);
        }
        ConnectionTLS::handleHandshakeResult(base, success, info);
    }

  protected:
    TLSBase *getTLSBase(TLSHandler *handler, const std::string server) override
    {
        return new Trusting(handler, server);
    }
};

class Visitor : public ConnectionListener, public MUCRoomHandler {
  public:
    Visitor() : client(JID(given("VISIT_JID")), given("VISIT_PASSWORD"), atoi(given("VISIT_PORT").c_str()))
    {
        const std::string transport = given("VISIT_TRANSPORT"), host = given("VISIT_HOST");
        if (!given("VISIT_CA").empty())
            authorities.push_back(given("VISIT_CA"));
        client.setServer(host);
        client.setTls(transport == "starttls" ? TLSRequired : TLSDisabled);
        client.setCompression(false);
        client.registerConnectionListener(this);
        if (transport == "starttls") {
            TLSBase *tls = new Trusting(&client, client.jid().server());
            tls->init("", "", authorities);
            client.setEncryptionImpl(tls);
        }
        if (transport == "tls")
            client.setConnectionImpl(secured(&client));
        if (transport == "bosh" || transport == "https")
            client.setConnectionImpl(bosh(transport == "https"));
    }

    int run()
    {
        client.connect();
        delete room;
        return finished ? 0 : 1;
    }

    void onConnect() override
    {
        say("connected", "jid", client.jid().full());
        room = new MUCRoom(&client, JID(given("VISIT_ROOM") + "/bot"), this);
        room->join();
    }

    void onDisconnect(ConnectionError error) override { std::cerr << "disconnected: " << error << std::endl; }

    bool onTLSConnect(const CertInfo &info) override { return info.status == CertOk; }

    void handleMUCParticipantPresence(MUCRoom *, const MUCRoomParticipant who, const Presence &presence) override
    {
        if (!(who.flags & UserSelf) || who.flags & UserNickChanged)
            return;
        if (presence.presence() == Presence::Unavailable) {
            say("left");
            finished = true;
            client.disconnect();
        } else if (nick.empty()) {
            nick = who.nick->resource();
            say("joined", "nick", nick);
            room->send("Good morrow!");
        } else {
            nick = who.nick->resource();
            say("renamed", "nick", nick);
            leave();
        }
    }

    // MUCRoom::leave() ends the room object's part in it: nothing would tell of the answer
    void leave()
    {
        client.send(Presence(Presence::Unavailable, JID(given("VISIT_ROOM") + "/" + nick)));
    }

    void handleMUCMessage(MUCRoom *, const Message &message, bool) override
    {
        if (message.body().empty())
            return;
        say("message", "body", message.body());
        room->setNick("robot");
    }

    bool handleMUCRoomCreation(MUCRoom *) override { return true; }
    void handleMUCSubject(MUCRoom *, const std::string &, const std::string &) override {}
    void handleMUCInviteDecline(MUCRoom *, const JID &, const std::string &) override {}
    void handleMUCError(MUCRoom *, StanzaError error) override { std::cerr << "error: " << error << std::endl; }
    void handleMUCInfo(MUCRoom *, int, const std::string &, const DataForm *) override {}
    void handleMUCItems(MUCRoom *, const Disco::ItemList &) override {}

  private:
    ConnectionBase *plain()
    {
        return new ConnectionTCPClient(client.logInstance(), given("VISIT_HOST"), atoi(given("VISIT_PORT").c_str()));
    }

    ConnectionBase *secured(ConnectionDataHandler *handler)
    {
        SecureConnection *made = new SecureConnection(handler, plain(), client.logInstance());
        made->setCACerts(authorities);
        return made;
    }

    ConnectionBase *bosh(bool secure)
    {
        ConnectionBase *below = secure ? secured(nullptr) : plain();
        ConnectionBOSH *made = new ConnectionBOSH(&client, below, client.logInstance(), given("VISIT_HOST"),
                                                  client.jid().server());
        made->setPath("/http-bind");
        made->setMode(ConnectionBOSH::ModePersistentHTTP); // a request behind one that is held would wait for it
        return made;
    }

    Client client;
    StringList authorities;
    MUCRoom *room = nullptr;
    std::string nick;
    bool finished = false;
};

int main() { return Visitor().run(); }
