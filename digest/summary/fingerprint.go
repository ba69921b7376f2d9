package summary

import "math/bits"

const (
	printedTerms   = 400 // words of a text that its fingerprint is made of
	fewestShingles = 16  // fewer say too little: "Bug fixes and performance improvements."
	nearBits       = 10  // of 64, in which the fingerprints of two copies may differ
)

// fingerprint is a SimHash (Charikar, 2002) over runs of three words: texts that have most of them in common differ in few of its bits.
type fingerprint struct {
	bits  uint64
	tells bool // the text is long enough
}

func newFingerprint(text string) fingerprint {
	terms := appendTerms(make([]uint64, 0, printedTerms), firstRunes(text, headLength), "")
	terms = terms[:min(len(terms), printedTerms)]
	n := len(terms) - 2
	if n < fewestShingles {
		return fingerprint{}
	}
	var ones [64]int
	for i := range n {
		h := mix(terms[i] + mix(terms[i+1]+mix(terms[i+2])))
		for b := range ones {
			ones[b] += int(h >> b & 1)
		}
	}
	f := fingerprint{tells: true}
	for b, count := range ones {
		if 2*count > n {
			f.bits |= 1 << b
		}
	}
	return f
}

// near tells whether two fingerprints are of nearly the same text.
func (f fingerprint) near(o fingerprint) bool {
	return f.tells && o.tells && bits.OnesCount64(f.bits^o.bits) <= nearBits
}

// mix spreads every bit of h over all of the result (the finisher of SplitMix64).
func mix(h uint64) uint64 {
	h += 0x9E3779B97F4A7C15
	h = (h ^ h>>30) * 0xBF58476D1CE4E5B9
	h = (h ^ h>>27) * 0x94D049BB133111EB
	return h ^ h>>31
}
