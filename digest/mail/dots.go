package mail

import "bytes"

// escapeDots writes the dots that begin a line of quoted-printable text as =2E. So no line of a message begins with a dot, nothing
// must be stuffed on the wire (RFC 5321 §4.5.2), and no server can get it wrong. A line that would grow too long goes on
// in the next.
func escapeDots(text []byte) []byte {
	if !bytes.HasPrefix(text, []byte(".")) && !bytes.Contains(text, []byte("\n.")) {
		return text
	}
	out := make([]byte, 0, len(text)+64)
	for line := range bytes.SplitAfterSeq(text, []byte("\n")) {
		for len(line) > 0 && line[0] == '.' {
			out, line = append(out, "=2E"...), line[1:]
			if len(line) <= maxLine-len("=2E")+len("\r\n") {
				break
			}
			out = append(out, softBreak...)
		}
		out = append(out, line...)
	}
	return out
}

const maxLine = 76 // bytes of a line of quoted-printable text (RFC 2045 §6.7)
