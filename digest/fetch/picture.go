package fetch

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"image"
	"image/color"
	stddraw "image/draw"
	"image/gif"
	"image/jpeg"
	"image/png"
	"io"
	"math"
	"net/http"

	"golang.org/x/image/draw"
	"golang.org/x/image/webp"

	"tidings/digest"
)

// What a picture may cost, and what it becomes.
const (
	pictureBytes   = 10 << 20 // of the original
	picturePixels  = 50_000_000
	pictureLeast   = 200 // pixels; a smaller one makes no lead
	pictureWidth   = 1200
	pictureHeight  = 1600
	pictureKeep    = 80_000 // bytes of the result
	pictureShrinks = 8
)

// Picture fetches a picture, within the guards of feeds, and makes it a JPEG of at most 1200 × 1600 pixels and 80 kB, on white where it is
// transparent. It refuses what is no JPEG, PNG, GIF or WebP, is under 200 pixels either way, or over 50 megapixels.
func (c *Client) Picture(ctx context.Context, url string) (digest.Picture, error) {
	p, err := c.picture(ctx, url)
	if err != nil {
		return digest.Picture{}, fmt.Errorf("picture %s: %s", cleanURL(url), explain(err))
	}
	return p, nil
}

func (c *Client) picture(ctx context.Context, url string) (digest.Picture, error) {
	ans, err := c.get(ctx, request{
		url:        url,
		accept:     "image/webp, image/jpeg, image/png, image/gif;q=0.9",
		userAgent:  c.UserAgent,
		headersFor: url,
		maxBytes:   pictureBytes,
		timeout:    c.Timeout,
	})
	switch {
	case err != nil:
		return digest.Picture{}, err
	case ans.cut:
		return digest.Picture{}, errors.New("the answer was cut off")
	}
	select {
	case c.drawing <- struct{}{}:
		defer func() { <-c.drawing }()
	case <-ctx.Done():
		return digest.Picture{}, ctx.Err()
	}
	return shrink(ans.body)
}

// shrink decodes a picture and makes it fit for a message.
func shrink(b []byte) (p digest.Picture, err error) {
	defer func() {
		if v := recover(); v != nil {
			p, err = digest.Picture{}, errors.New("the picture breaks its decoder")
		}
	}()
	original, err := decodePicture(b)
	if err != nil {
		return digest.Picture{}, err
	}
	size := fit(original.Bounds().Size(), image.Pt(pictureWidth, pictureHeight))
	for range pictureShrinks {
		scaled := scale(original, size)
		data, err := compress(scaled)
		if err != nil {
			return digest.Picture{}, err
		}
		if len(data) <= pictureKeep {
			return digest.Picture{CID: hash(data)[:16] + ".jpg", Type: "image/jpeg", Data: data, Width: size.X, Height: size.Y}, nil
		}
		// The bytes go with the area, more or less.
		smaller := min(0.8, 0.95*math.Sqrt(pictureKeep/float64(len(data))))
		original, size = scaled, image.Pt(max(int(float64(size.X)*smaller), 1), max(int(float64(size.Y)*smaller), 1))
	}
	return digest.Picture{}, errors.New("the picture cannot be made small enough")
}

// decodePicture looks at the size before it decodes: a few bytes may claim to be gigabytes of pixels.
func decodePicture(b []byte) (image.Image, error) {
	var (
		config func(io.Reader) (image.Config, error)
		decode func(io.Reader) (image.Image, error)
	)
	switch media := http.DetectContentType(b); media {
	case "image/jpeg":
		config, decode = jpeg.DecodeConfig, jpeg.Decode
	case "image/png":
		config, decode = png.DecodeConfig, png.Decode
	case "image/gif":
		config, decode = gif.DecodeConfig, gif.Decode
	case "image/webp":
		config, decode = webp.DecodeConfig, webp.Decode
	default:
		return nil, fmt.Errorf("it is %s, not a picture in JPEG, PNG, GIF or WebP", media)
	}
	size, err := config(bytes.NewReader(b))
	switch {
	case err != nil:
		return nil, fmt.Errorf("the picture cannot be read: %w", err)
	case size.Width < pictureLeast || size.Height < pictureLeast:
		return nil, fmt.Errorf("%d × %d pixels are too few", size.Width, size.Height)
	case size.Width > picturePixels/size.Height:
		return nil, fmt.Errorf("%d × %d pixels are too many", size.Width, size.Height)
	}
	picture, err := decode(bytes.NewReader(b))
	if err != nil {
		return nil, fmt.Errorf("the picture cannot be read: %w", err)
	}
	return picture, nil
}

// fit is the largest size of the same shape within the limits; never larger than it was.
func fit(size, limit image.Point) image.Point {
	if size.X > limit.X {
		size = image.Pt(limit.X, max(size.Y*limit.X/size.X, 1))
	}
	if size.Y > limit.Y {
		size = image.Pt(max(size.X*limit.Y/size.Y, 1), limit.Y)
	}
	return size
}

// scale draws a picture on white at a size. One that is far larger is first brought near it by a cheaper way, since
// the good one takes 32 bytes for each row of the original.
func scale(p image.Image, size image.Point) *image.RGBA {
	if p.Bounds().Dx() > 3*size.X {
		near := image.NewRGBA(image.Rect(0, 0, 2*size.X, 2*size.Y))
		draw.ApproxBiLinear.Scale(near, near.Bounds(), p, p.Bounds(), draw.Src, nil)
		p = near
	}
	canvas := image.NewRGBA(image.Rectangle{Max: size})
	stddraw.Draw(canvas, canvas.Bounds(), image.NewUniform(color.White), image.Point{}, stddraw.Src)
	draw.CatmullRom.Scale(canvas, canvas.Bounds(), p, p.Bounds(), draw.Over, nil)
	return canvas
}

// compress encodes a picture at the best quality that keeps it small enough, or at the worst.
func compress(p image.Image) ([]byte, error) {
	var b bytes.Buffer
	for _, quality := range []int{85, 70, 50} {
		b.Reset()
		if err := jpeg.Encode(&b, p, &jpeg.Options{Quality: quality}); err != nil {
			return nil, err
		}
		if b.Len() <= pictureKeep {
			break
		}
	}
	return b.Bytes(), nil
}
