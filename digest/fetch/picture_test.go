package fetch

import (
	"bytes"
	"encoding/binary"
	"hash/crc32"
	"image"
	"image/color"
	"image/gif"
	"image/jpeg"
	"image/png"
	"math/rand/v2"
	"strings"
	"testing"
)

// noise is a picture that compresses badly.
func noise(w, h int) *image.RGBA {
	p := image.NewRGBA(image.Rect(0, 0, w, h))
	r := rand.New(rand.NewPCG(1, 2))
	for i := range p.Pix {
		p.Pix[i] = byte(r.Uint32())
	}
	for i := 3; i < len(p.Pix); i += 4 {
		p.Pix[i] = 0xff
	}
	return p
}

func pngOf(t *testing.T, p image.Image) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := png.Encode(&b, p); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestPicture(t *testing.T) {
	t.Parallel()
	var animated bytes.Buffer
	if err := gif.Encode(&animated, image.NewPaletted(image.Rect(0, 0, 300, 200), color.Palette{color.Black, color.White}), nil); err != nil {
		t.Fatal(err)
	}
	c := client(Options{})
	for name, body := range map[string][]byte{
		"large": pngOf(t, noise(1250, 250)), "small": pngOf(t, noise(240, 200)), "gif": animated.Bytes(),
		"wide": pngOf(t, image.NewPaletted(image.Rect(0, 0, 3700, 200), color.Palette{color.White})),
	} {
		p, err := c.Picture(t.Context(), serveBody(t, "image/png", string(body)))
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		decoded, err := jpeg.Decode(bytes.NewReader(p.Data))
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		size := decoded.Bounds().Size()
		if len(p.Data) > pictureKeep || p.Type != "image/jpeg" || size.X != p.Width || size.Y != p.Height || size.X > pictureWidth || !strings.HasSuffix(p.CID, ".jpg") {
			t.Errorf("%s: %d bytes, %s, %v, %s", name, len(p.Data), p.Type, size, p.CID)
		}
	}
}

func TestTransparentIsWhite(t *testing.T) {
	t.Parallel()
	p, err := shrink(pngOf(t, image.NewNRGBA(image.Rect(0, 0, 300, 300))))
	if err != nil {
		t.Fatal(err)
	}
	decoded, err := jpeg.Decode(bytes.NewReader(p.Data))
	if err != nil {
		t.Fatal(err)
	}
	if r, g, b, _ := decoded.At(150, 150).RGBA(); r>>8 < 250 || g>>8 < 250 || b>>8 < 250 {
		t.Errorf("%v", color.NRGBAModel.Convert(decoded.At(150, 150)))
	}
}

func TestPicturesThatAreRefused(t *testing.T) {
	t.Parallel()
	bomb := pngOf(t, noise(200, 200))
	binary.BigEndian.PutUint32(bomb[16:], 8000) // the width in IHDR, whose checksum follows
	binary.BigEndian.PutUint32(bomb[20:], 7000)
	binary.BigEndian.PutUint32(bomb[29:], crc32.ChecksumIEEE(bomb[12:29]))
	for name, tt := range map[string]struct{ body, say string }{
		"tiny":    {string(pngOf(t, noise(100, 300))), "too few"},
		"bomb":    {string(bomb), "too many"},
		"no size": {string(bomb[:20]), "cannot be read"},
		"cut":     {string(pngOf(t, noise(300, 300))[:2000]), "cannot be read"},
		"page":    {"<html></html>", "not a picture"},
		"svg":     {"<svg xmlns='http://www.w3.org/2000/svg'/>", "not a picture"},
		"empty":   {"", "not a picture"},
		"large":   {strings.Repeat("x", pictureBytes+1), "larger than 10 MB"},
	} {
		u := serveBody(t, "image/png", tt.body)
		_, err := client(Options{}).Picture(t.Context(), u)
		if err == nil || !strings.Contains(err.Error(), tt.say) || !strings.HasPrefix(err.Error(), "picture "+u+": ") {
			t.Errorf("%s: %v, want %q", name, err, tt.say)
		}
	}
}
