// Package smtptest is an SMTP server for tests (RFC 5321). It listens on loopback, keeps what it accepts, and fails
// on purpose at any step of the dialogue: with any reply, a closed or reset connection, or silence.
//
//	s := smtptest.New(t, smtptest.StartTLS(), smtptest.Auth("user", "secret"))
//	s.Fault(func(conn int, stage digest.Stage, arg string) string {
//		if stage == digest.StageRcpt && arg == "gone@example.com" {
//			return "550 5.1.1 no such user"
//		}
//		return ""
//	})
//	… // send to s.Addr, trusting s.RootCAs
//	s.Messages()
package smtptest
