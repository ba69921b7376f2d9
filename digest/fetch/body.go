package fetch

import (
	"bufio"
	"bytes"
	"compress/flate"
	"compress/gzip"
	"compress/zlib"
	"context"
	"errors"
	"fmt"
	"io"
	"mime"
	"net"
	"net/http"
	"strings"
	"syscall"

	"github.com/andybalholm/brotli"
	"github.com/klauspost/compress/zstd"
)

// maxCodings is how many content codings one answer may be wrapped in.
const maxCodings = 2

// readAnswer reads and decodes the body, up to a number of decoded bytes. A body that ends too early is kept as far as it came.
func readAnswer(res *http.Response, maxBytes int64) (*answer, error) {
	ans := &answer{url: res.Request.URL.String(), status: res.StatusCode, header: res.Header}
	if ans.notModified() {
		return ans, nil
	}
	if media, params, err := mime.ParseMediaType(res.Header.Get("Content-Type")); err == nil {
		ans.mediaType, ans.charset = media, params["charset"]
	}
	r, closers, err := decode(res.Body, res.Header.Values("Content-Encoding"))
	defer func() {
		for _, c := range closers {
			c()
		}
	}()
	if err == nil {
		ans.body, err = readUpTo(r, maxBytes, res.ContentLength)
	}
	ended := errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, syscall.ECONNRESET)
	switch {
	case err != nil && len(ans.body) > 0 && !isLate(err): // whatever broke: the connection, its stream, its chunks or the coding
		ans.cut = true
		return ans, nil
	case ended:
		return nil, passingError("the answer was cut off before it began")
	}
	return ans, err
}

// isLate tells whether our own patience ended.
func isLate(err error) bool {
	netError := net.Error(nil)
	return errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) || errors.As(err, &netError) && netError.Timeout()
}

// readUpTo reads all of r, and no more than limit bytes. What it read before an error comes with it.
func readUpTo(r io.Reader, limit, hint int64) ([]byte, error) {
	var b bytes.Buffer
	if hint > 0 {
		b.Grow(int(min(hint, limit, 1<<20)) + bytes.MinRead)
	}
	n, err := b.ReadFrom(io.LimitReader(r, limit+1))
	if n > limit {
		return nil, fmt.Errorf("the answer is larger than %s when decoded, and was given up", megabytes(limit))
	}
	return b.Bytes(), err
}

func megabytes(n int64) string {
	if n < 1<<20 {
		return fmt.Sprintf("%d kB", n>>10)
	}
	return fmt.Sprintf("%d MB", n>>20)
}

// decode undoes the content codings (RFC 9110 §8.4), the last one first, and a gzip that the header does not own up to. What begins as a
// document does is none of that, whatever the header says.
func decode(body io.Reader, header []string) (io.Reader, []func(), error) {
	peek := bufio.NewReader(body)
	begins, err := peek.Peek(64)
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, nil, err
	}
	if beginsPlain(begins) {
		return peek, nil, nil
	}
	var codings []string
	for c := range strings.SplitSeq(strings.Join(header, ","), ",") {
		if c = strings.ToLower(strings.TrimSpace(c)); isCoding(c) {
			codings = append(codings, c)
		}
	}
	if len(codings) > maxCodings {
		return nil, nil, errors.New("the answer is encoded too many times over")
	}
	var r io.Reader = peek
	var closers []func()
	for i := len(codings) - 1; i >= 0; i-- {
		next, closer, err := decodeOne(r, codings[i])
		if err != nil {
			return nil, closers, err
		}
		r, closers = next, append(closers, closer)
	}
	peek = bufio.NewReader(r)
	if magic, _ := peek.Peek(2); bytes.Equal(magic, []byte{0x1f, 0x8b}) {
		next, closer, err := decodeOne(peek, "gzip")
		return next, append(closers, closer), err
	}
	return peek, closers, nil
}

// isCoding tells whether the name is one of a content coding. There are servers that name a charset there, or nothing at all ("none").
func isCoding(name string) bool {
	switch name {
	case "gzip", "x-gzip", "br", "zstd", "deflate", "compress", "x-compress":
		return true
	}
	return false
}

// beginsPlain tells whether what comes begins with text, and that with a tag or an object.
func beginsPlain(begins []byte) bool {
	text := bytes.TrimLeft(bytes.TrimPrefix(begins, []byte("\ufeff")), space)
	if len(text) < 2 || bytes.ContainsFunc(begins, func(r rune) bool { return r < ' ' && !strings.ContainsRune(space, r) }) {
		return false
	}
	switch c := text[1]; text[0] {
	case '<':
		return c == '?' || c == '!' || 'a' <= c|0x20 && c|0x20 <= 'z'
	case '{':
		return c == '"' || strings.IndexByte(space, c) >= 0
	}
	return false
}

func decodeOne(r io.Reader, coding string) (io.Reader, func(), error) {
	nothing := func() {}
	switch coding {
	case "gzip", "x-gzip":
		z, err := newGunzip(r)
		if err != nil {
			return nil, nothing, badCoding(coding, err)
		}
		return z, nothing, nil
	case "br":
		return brotli.NewReader(r), nothing, nil
	case "zstd":
		// RFC 9659: no window over 8 MB over HTTP.
		z, err := zstd.NewReader(r, zstd.WithDecoderConcurrency(1), zstd.WithDecoderMaxWindow(8<<20))
		if err != nil {
			return nil, nothing, badCoding(coding, err)
		}
		return z, z.Close, nil
	case "deflate":
		peek := bufio.NewReader(r)
		if h, _ := peek.Peek(2); len(h) == 2 && (h[0]&0x0f != 8 || (int(h[0])<<8|int(h[1]))%31 != 0) { // no header of zlib's (RFC 1950 §2.2)
			return flate.NewReader(peek), nothing, nil
		}
		z, err := zlib.NewReader(peek)
		if err != nil {
			return nil, nothing, badCoding(coding, err)
		}
		return z, nothing, nil
	}
	return nil, nothing, fmt.Errorf("the answer is encoded in %s, which was not asked for", quote(coding))
}

// gunzip reads the members of a gzip one after the other. Other than gzip.Reader, it takes no offence at what is behind the last, such as the
// line that a program prints when all was said.
type gunzip struct {
	*gzip.Reader
	rest *bufio.Reader
}

func newGunzip(r io.Reader) (*gunzip, error) {
	rest := bufio.NewReader(r)
	z, err := gzip.NewReader(rest)
	if err != nil {
		return nil, err
	}
	z.Multistream(false)
	return &gunzip{z, rest}, nil
}

func (g *gunzip) Read(p []byte) (int, error) {
	n, err := g.Reader.Read(p)
	if err != io.EOF { //nolint:errorlint // as readers return it
		return n, err
	}
	if magic, _ := g.rest.Peek(2); !bytes.Equal(magic, []byte{0x1f, 0x8b}) {
		return n, io.EOF
	}
	err = g.Reset(g.rest)
	g.Multistream(false)
	return n, err
}

func badCoding(coding string, err error) error {
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return io.ErrUnexpectedEOF
	}
	return fmt.Errorf("the answer says it is %s and is not: %w", coding, err)
}

// drain reads what is left of a small body, so that its connection can be used again.
func drain(r io.Reader) { _, _ = io.CopyN(io.Discard, r, 64<<10) }
