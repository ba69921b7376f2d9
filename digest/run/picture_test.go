package run

import (
	"image"
	"image/color"
	"image/png"
	"net/http"
	"testing"
)

// servePicture serves a picture of 640 by 320 pixels.
func servePicture(t testing.TB) http.HandlerFunc {
	pic := image.NewRGBA(image.Rect(0, 0, 640, 320))
	for y := range 320 {
		for x := range 640 {
			pic.Set(x, y, color.RGBA{R: uint8(x / 3), G: uint8(y / 2), B: 120, A: 255})
		}
	}
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "image/png")
		if err := png.Encode(w, pic); err != nil {
			t.Log(err)
		}
	}
}
