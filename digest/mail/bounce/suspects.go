package bounce

import (
	"slices"
	"sync"

	"github.com/emersion/go-imap/v2"
)

// suspects are messages that were asked for and did not come. Asking for them again may cost the connection, so they come last. It is safe for
// concurrent use: a look that hangs may still be at work while the next one is.
type suspects struct {
	mu       sync.Mutex
	validity uint32 // of the UIDs (RFC 9051 §2.3.1.1)
	tries    map[imap.UID]int
}

// there forgets what is not in the mailbox any more.
func (s *suspects) there(validity uint32, uids []imap.UID) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.validity != validity || s.tries == nil {
		s.validity, s.tries = validity, map[imap.UID]int{}
	}
	for uid := range s.tries {
		if !slices.Contains(uids, uid) {
			delete(s.tries, uid)
		}
	}
}

// asked counts a try; had takes all of them back.
func (s *suspects) asked(uid imap.UID) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.tries[uid]++
}

func (s *suspects) had(uid imap.UID) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.tries, uid)
}

// count is how often a message was asked for in vain.
func (s *suspects) count(uid imap.UID) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.tries[uid]
}

// batches are the messages in portions that are marked together: those that never came are last, each by itself.
func (s *suspects) batches(uids []imap.UID) (all [][]imap.UID) {
	suspect := func(uid imap.UID) bool { return s.count(uid) > 0 }
	all = slices.Collect(slices.Chunk(slices.DeleteFunc(slices.Clone(uids), suspect), batch))
	for _, uid := range uids {
		if suspect(uid) {
			all = append(all, []imap.UID{uid})
		}
	}
	return all
}
