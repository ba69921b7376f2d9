package run

import "testing"

// Each message is counted once, so that the figures add up to all there were.
func TestReportAddsUp(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		report DeliverReport
		want   string
	}{
		{DeliverReport{Sent: 43}, "43 sent"},
		{DeliverReport{Sent: 36, Deferred: 2, Failed: 4, Unknown: 1, Left: 3}, "36 sent, 2 deferred, 4 failed, 1 in doubt"},
		{DeliverReport{Sent: 6, Deferred: 1, Left: 34}, "6 sent, 1 deferred, 33 left"},
		{DeliverReport{Left: 3}, "0 sent, 3 left"},
		{DeliverReport{Sent: 2, Unknown: 1, Left: 4, Held: 1}, "2 sent, 1 in doubt, 3 left; 1 held"},
	} {
		if got := c.report.String(); got != c.want {
			t.Errorf("%+v: %q, want %q", c.report, got, c.want)
		}
	}
}
