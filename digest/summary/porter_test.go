package summary

import (
	"strings"
	"testing"
)

// porter is the stemmer of M. F. Porter, "An algorithm for suffix stripping", 1980, which ROUGE scores are made with.
func porter(word string) string {
	if len(word) <= 2 {
		return word
	}
	p := stem(word)
	p = p.plural().past().yToI()
	p = p.replace(map[string]string{
		"ational": "ate", "tional": "tion", "enci": "ence", "anci": "ance", "izer": "ize", "bli": "ble", "alli": "al", "entli": "ent",
		"eli": "e", "ousli": "ous",
		"ization": "ize", "ation": "ate", "ator": "ate", "alism": "al", "iveness": "ive", "fulness": "ful", "ousness": "ous",
		"aliti": "al", "iviti": "ive", "biliti": "ble", "logi": "log",
	}, 0)
	p = p.replace(map[string]string{"icate": "ic", "ative": "", "alize": "al", "iciti": "ic", "ical": "ic", "ful": "", "ness": ""}, 0)
	p = p.drop()
	return string(p.finalE())
}

type stem string

func (s stem) consonant(i int) bool {
	switch s[i] {
	case 'a', 'e', 'i', 'o', 'u':
		return false
	case 'y':
		return i == 0 || !s.consonant(i-1)
	}
	return true
}

// measure counts the changes from vowels to consonants.
func (s stem) measure() int {
	m := 0
	for i := 1; i < len(s); i++ {
		if s.consonant(i) && !s.consonant(i-1) {
			m++
		}
	}
	return m
}

func (s stem) hasVowel() bool {
	for i := range s {
		if !s.consonant(i) {
			return true
		}
	}
	return false
}

func (s stem) doubled() bool {
	n := len(s)
	return n > 1 && s[n-1] == s[n-2] && s.consonant(n-1)
}

func (s stem) cvc() bool {
	n := len(s)
	return n > 2 && s.consonant(n-1) && !s.consonant(n-2) && s.consonant(n-3) && !strings.ContainsRune("wxy", rune(s[n-1]))
}

func (s stem) cut(suffix string) (stem, bool) {
	rest, ok := strings.CutSuffix(string(s), suffix)
	return stem(rest), ok
}

func (s stem) plural() stem {
	for _, r := range [][2]string{{"sses", "ss"}, {"ies", "i"}, {"ss", "ss"}, {"s", ""}} {
		if rest, ok := s.cut(r[0]); ok {
			return rest + stem(r[1])
		}
	}
	return s
}

func (s stem) past() stem {
	if rest, ok := s.cut("eed"); ok {
		if rest.measure() > 0 {
			return rest + "ee"
		}
		return s
	}
	for _, suffix := range []string{"ed", "ing"} {
		rest, ok := s.cut(suffix)
		if !ok {
			continue
		}
		if !rest.hasVowel() {
			return s
		}
		switch {
		case strings.HasSuffix(string(rest), "at"), strings.HasSuffix(string(rest), "bl"), strings.HasSuffix(string(rest), "iz"):
			return rest + "e"
		case rest.doubled() && !strings.ContainsRune("lsz", rune(rest[len(rest)-1])):
			return rest[:len(rest)-1]
		case rest.measure() == 1 && rest.cvc():
			return rest + "e"
		}
		return rest
	}
	return s
}

func (s stem) yToI() stem {
	if rest, ok := s.cut("y"); ok && rest.hasVowel() {
		return rest + "i"
	}
	return s
}

// replace applies the rule of the longest suffix, where enough stands before it.
func (s stem) replace(rules map[string]string, enough int) stem {
	for n := min(len(s), 8); n > 0; n-- {
		suffix := string(s[len(s)-n:])
		if by, ok := rules[suffix]; ok {
			if rest := s[:len(s)-n]; rest.measure() > enough {
				return rest + stem(by)
			}
			return s
		}
	}
	return s
}

func (s stem) drop() stem {
	rules := map[string]string{}
	for suffix := range strings.FieldsSeq("al ance ence er ic able ible ant ement ment ent ou ism ate iti ous ive ize") {
		rules[suffix] = ""
	}
	if rest, ok := s.cut("ion"); ok {
		if rest.measure() > 1 && (strings.HasSuffix(string(rest), "s") || strings.HasSuffix(string(rest), "t")) {
			return rest
		}
		return s
	}
	return s.replace(rules, 1)
}

func (s stem) finalE() stem {
	if rest, ok := s.cut("e"); ok && (rest.measure() > 1 || rest.measure() == 1 && !rest.cvc()) {
		s = rest
	}
	if s.measure() > 1 && s.doubled() && s[len(s)-1] == 'l' {
		s = s[:len(s)-1]
	}
	return s
}

// The examples are those of the paper.
func TestPorter(t *testing.T) {
	t.Parallel()
	for word, want := range map[string]string{
		"caresses": "caress", "ponies": "poni", "cats": "cat", "feed": "feed", "agreed": "agre", "plastered": "plaster",
		"motoring": "motor", "sing": "sing",
		"conflated": "conflat", "troubled": "troubl", "sized": "size", "hopping": "hop", "falling": "fall", "hissing": "hiss",
		"filing": "file", "happy": "happi", "sky": "sky",
		"relational": "relat", "conditional": "condit", "digitizer": "digit", "operator": "oper", "triplicate": "triplic",
		"hopeful": "hope", "goodness": "good",
		"revival": "reviv", "adjustable": "adjust", "replacement": "replac", "adoption": "adopt", "probate": "probat", "rate": "rate",
		"cease": "ceas", "controll": "control", "roll": "roll",
	} {
		if got := porter(word); got != want {
			t.Errorf("porter(%q) = %q, want %q", word, got, want)
		}
	}
}
