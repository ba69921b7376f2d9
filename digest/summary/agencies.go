package summary

import "strings"

// unlabelledCredit is where a credit begins that ends the line without a word that says so: the maker's name, a slash, and
// who sells the picture, as in "Fans wait outside. Mike Egerton/PA Wire". It is -1 if there is none.
func unlabelledCredit(line string) int {
	const longest = 70 // bytes
	at := lastSegment(line)
	credit := line[at:]
	if len(credit) > longest || !strings.Contains(credit, "/") || endsSentence(credit) || !isNames(credit) {
		return -1
	}
	for part := range strings.SplitSeq(credit, "/") {
		if isPictureAgency(strings.TrimSpace(part)) {
			return at
		}
	}
	return -1
}

// isPictureAgency tells whether a name is that of one who sells pictures.
func isPictureAgency(name string) bool {
	switch strings.ToLower(name) {
	case "pa wire", "pa images", "pa archive", "press association", "ap photo", "ap images", "getty", "getty images", "afp via getty images",
		"afp/getty images", "imago", "imago images", "picture alliance", "picture-alliance", "dpa-zentralbild", "alamy", "shutterstock",
		"istock", "adobe stock", "zuma press", "zuma wire", "rex", "rex features", "rex/shutterstock", "corbis", "nurphoto", "sipa", "sipa usa", "abaca",
		"keystone", "unsplash", "pexels", "pixabay", "wikimedia commons", "maxppp", "hollandse hoogte", "scanpix", "ntb scanpix", "lehtikuva":
		return true
	}
	return isAgency(name)
}

// withoutAgency takes the agency's mark from the end of a line, where a sentence ends before it: "…, he said. (Reuters)".
func withoutAgency(line string) string {
	trimmed := strings.TrimRight(line, " .")
	if !strings.HasSuffix(trimmed, ")") {
		return line
	}
	open := strings.LastIndexByte(trimmed, '(')
	if open <= 0 || len(trimmed)-open > 40 {
		return line
	}
	before := strings.TrimRight(trimmed[:open], " ")
	inner := trimmed[open+1 : len(trimmed)-1]
	first, _, _ := strings.Cut(inner, "/")
	if endsSentence(before) && isAgency(strings.TrimSpace(first)) {
		return before
	}
	return line
}

// isAgency tells whether a name is a news agency's.
func isAgency(name string) bool {
	switch strings.ToLower(name) {
	case "reuters", "ap", "afp", "dpa", "apa", "sda", "ats", "ansa", "efe", "epa", "lusa", "anp", "belga", "ntb", "tt", "ritzau", "stt",
		"pap", "čtk", "ctk", "tass", "тасс", "interfax", "ria novosti", "xinhua", "kyodo", "yonhap", "pti", "ani", "ians", "aap", "cp",
		"pa", "pa media", "upi", "bloomberg",
		"tns", "cnn", "cna", "bernama", "antara", "sid", "kna", "epd", "afx", "dpa-afx", "ots", "keystone-sda", "the canadian press",
		"associated press", "the associated press", "agence france-presse", "europa press", "agi", "adnkronos", "mti", "anadolu", "aa",
		"npr", "ukrinform", "globe newswire", "globenewswire",
		"business wire", "pr newswire", "prnewswire", "marketwatch", "axios", "usa today", "times of india", "jta", "jiji", "時事", "共同", "新华社", "連合":
		return true
	}
	return false
}
