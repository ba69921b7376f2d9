package fetch

import (
	"strconv"
	"strings"
	"time"

	"github.com/mmcdole/gofeed/rss"

	"tidings/digest"
)

const (
	allHours = 1<<24 - 1
	allDays  = 1<<7 - 1
)

// skips is when the document asks to be left alone: RSS's skipHours and skipDays, as bits. A feed that would never be asked
// did not mean it.
func (d *document) skips() (hours uint32, days uint8) {
	original, ok := d.OriginalFeed().(*rss.Feed)
	if !ok {
		return 0, 0
	}
	for _, text := range original.SkipHours {
		// Some count from 1 to 24.
		if n, err := strconv.Atoi(strings.TrimSpace(text)); err == nil && n >= 0 && n <= 24 {
			hours |= 1 << (n % 24)
		}
	}
	for _, text := range original.SkipDays {
		for day := time.Sunday; day <= time.Saturday; day++ {
			if strings.EqualFold(strings.TrimSpace(text), day.String()) {
				days |= 1 << day
			}
		}
	}
	if hours == allHours {
		hours = 0
	}
	if days == allDays {
		days = 0
	}
	return hours, days
}

// past is the first moment, at or after another, at which the feed may be asked.
func past(s digest.FeedState, at time.Time) time.Time {
	at = at.UTC()
	for range 8 * 24 {
		if s.SkipDays>>at.Weekday()&1 == 0 && s.SkipHours>>at.Hour()&1 == 0 {
			break
		}
		at = at.Truncate(time.Hour).Add(time.Hour)
	}
	return at
}
