package bounce

import (
	"strings"

	"tidings/digest"
)

// complaint reads the fields of a feedback report (RFC 5965 §3): a reader has called the message spam, or asks not to get any more. Reports about
// its authentication, or that it is no spam after all, are no complaints.
func complaint(b digest.Bounce, body []byte) digest.Bounce {
	report, _ := readFields(body)
	kind := strings.ToLower(report.get("feedback-type"))
	switch kind {
	case "abuse", "fraud", "opt-out", "opt-out-list", "complaint":
		b.Kind = digest.BounceComplaint
	}
	b.Envelopes = append(report.addresses("original-mail-from"), b.Envelopes...)
	if to := report.addresses("original-rcpt-to", "removal-recipient"); len(to) > 0 {
		b.Address = short(to[0])
	}
	b.Reason = digest.Refusal{Text: "feedback report: " + kind}
	if agent := report.get("user-agent"); agent != "" {
		b.Reason.Text += ", by " + agent
	}
	return b
}
