package mail

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/textproto"
	"strconv"
	"strings"

	"github.com/wneessen/go-mail/smtp"

	"tidings/digest"
	"tidings/digest/mail/reach"
)

// dialer opens connections that are ready for messages: greeted, encrypted and logged in, by go-mail's SMTP client. It
// uses that client rather than go-mail's whole Client because every failure must name its step, and because Client leaves
// the connection open when a step fails, and sends in clear under WithSSL with a dial function of one's own.
type dialer struct{ SMTPOptions }

// dial opens a connection. Its error is a *digest.Refusal.
func (d dialer) dial(ctx context.Context) (*line, error) {
	raw, err := (&net.Dialer{Timeout: d.Timeout}).DialContext(ctx, "tcp", d.address())
	if err != nil {
		return nil, fail(ctx, digest.StageConnect, reach.Explain(err, d.address()))
	}
	g := &guard{Conn: raw, timeout: d.Timeout, final: d.FinalTimeout}
	stop := context.AfterFunc(ctx, g.close)
	l, stage, err := d.open(ctx, g)
	if !stop() && err == nil {
		err = ctx.Err()
	}
	if err != nil {
		g.close()
		return nil, d.hidden(fail(ctx, stage, reach.Explain(err, d.address())))
	}
	return l, nil
}

// address is the relay as host:port.
func (d dialer) address() string { return net.JoinHostPort(d.Host, strconv.Itoa(d.Port)) }

// open goes from the greeting to where MAIL FROM can follow; if it fails, stage is where.
func (d dialer) open(ctx context.Context, g *guard) (l *line, stage digest.Stage, err error) {
	g.step()
	var conn net.Conn = g
	if d.TLS == TLSImplicit {
		secure := tls.Client(g, d.tlsConfig())
		if err := secure.HandshakeContext(ctx); err != nil {
			return nil, digest.StageConnect, err
		}
		conn = secure
	}
	c, err := smtp.NewClient(conn, d.Host)
	if err != nil {
		return nil, digest.StageConnect, d.greetingless(err)
	}
	g.step()
	if err := c.Hello(d.Hello); err != nil {
		return nil, digest.StageHello, err
	}
	if d.TLS == TLSStartTLS {
		if stage, err := d.startTLS(g, c); err != nil {
			return nil, stage, err
		}
	}
	if d.Username != "" {
		if err := d.login(g, c); err != nil {
			return nil, digest.StageAuth, err
		}
	}
	return newLine(g, c), digest.StageMail, nil
}

// greetingless says what may be behind a server that does not greet: one that speaks TLS from the start waits for us to begin.
func (d dialer) greetingless(err error) error {
	if errors.As(err, new(*textproto.Error)) || errors.As(err, new(textproto.ProtocolError)) || d.TLS == TLSImplicit {
		return err
	}
	return fmt.Errorf("%w before it said who it is; check host and port, or set tls: implicit if it speaks TLS from the start (port 465)", reach.Explain(err, d.address()))
}

// startTLS demands STARTTLS: a server, or somebody in between, that no longer offers it gets no mail.
func (d dialer) startTLS(g *guard, c *smtp.Client) (digest.Stage, error) {
	if offered, _ := c.Extension("STARTTLS"); !offered {
		return digest.StageStartTLS, errors.New(d.address() + " does not offer STARTTLS, so nothing is sent; " +
			"if it speaks TLS from the start (port 465) set tls: implicit, and tls: none only for a relay on a network that you trust")
	}
	g.step()
	err := c.StartTLS(d.tlsConfig())
	if state, ok := c.TLSConnectionState(); ok && state.HandshakeComplete {
		return digest.StageHello, err // said again after the handshake
	}
	return digest.StageStartTLS, err
}

func (d dialer) tlsConfig() *tls.Config {
	return &tls.Config{ServerName: d.Host, RootCAs: d.RootCAs, MinVersion: tls.VersionTLS12}
}

func (d dialer) login(g *guard, c *smtp.Client) error {
	offered, mechanisms := c.Extension("AUTH")
	if !offered {
		return errors.New(d.address() + " offers no AUTH; remove username and password, or check host, port and tls")
	}
	auth, err := d.mechanism(c, strings.Fields(strings.ToUpper(mechanisms)))
	if err != nil {
		return err
	}
	g.step()
	var reply *textproto.Error
	if err = c.Auth(auth); errors.As(err, &reply) && reply.Code/100 == 5 {
		reply.Msg += "; check username and password"
	}
	return err
}

// mechanism chooses the best way to log in that both sides know: those that do not show the password first, and the others
// only where nobody can listen.
func (d dialer) mechanism(c *smtp.Client, offered []string) (smtp.Auth, error) {
	has := map[string]bool{}
	for _, m := range offered {
		has[m] = true
	}
	state, encrypted := c.TLSConnectionState()
	local := d.Host == "localhost" || net.ParseIP(d.Host).IsLoopback()
	switch {
	case has["SCRAM-SHA-256-PLUS"] && encrypted:
		return smtp.ScramSHA256PlusAuth(d.Username, d.Password, &state), nil
	case has["SCRAM-SHA-256"]:
		return smtp.ScramSHA256Auth(d.Username, d.Password), nil
	case has["PLAIN"] && (encrypted || local):
		return smtp.PlainAuth("", d.Username, d.Password, d.Host, local), nil
	case has["LOGIN"] && (encrypted || local):
		return smtp.LoginAuth(d.Username, d.Password, d.Host, local), nil
	case has["SCRAM-SHA-1"]:
		return smtp.ScramSHA1Auth(d.Username, d.Password), nil
	case has["CRAM-MD5"]:
		return smtp.CRAMMD5Auth(d.Username, d.Password), nil
	case !encrypted && (has["PLAIN"] || has["LOGIN"]):
		return nil, errors.New("the password would go over the network in clear; set tls: starttls or tls: implicit")
	}
	return nil, errors.New(d.address() + " offers no way to log in that tidings knows: " + strings.Join(offered, " "))
}
