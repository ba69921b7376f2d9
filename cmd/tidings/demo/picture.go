package demo

import (
	"bytes"
	"image"
	"image/color"
	"image/png"
	"math"
)

// Pictures are drawn here, so that the demo needs no image files: a sky, and silhouettes in front of it.

const (
	pictureWidth  = 1200
	pictureHeight = 600
)

type rgb struct{ r, g, b float64 }

// tone is a colour written 0xRRGGBB.
func tone(v int) rgb {
	return rgb{float64(v >> 16 & 255), float64(v >> 8 & 255), float64(v & 255)}
}

// mix goes from a at t = 0 to b at t = 1.
func mix(a, b rgb, t float64) rgb {
	t = min(max(t, 0), 1)
	return rgb{a.r + (b.r-a.r)*t, a.g + (b.g-a.g)*t, a.b + (b.b-a.b)*t}
}

// scene is a sky from zenith to horizon, a disc in it, and layers from the farthest to the nearest. Lengths are in
// pictures' heights, measured from the top left corner.
type scene struct {
	zenith, horizon rgb
	disc            rgb
	discX, discY    float64
	discRadius      float64
	layers          []layer
}

// layer is a silhouette: everything below its outline. lit gives a point inside it a light of its own, from 0 to 1.
type layer struct {
	colour  rgb
	outline func(x float64) float64
	lit     func(x, y float64) float64
	light   rgb
}

// pictureOf returns the scene of that name; ok is false if there is none.
func pictureOf(name string) (s scene, ok bool) {
	switch name {
	case "hills":
		return hills(), true
	case "skyline":
		return skyline(), true
	case "plan":
		return plan(), true
	case "glass":
		return glass(), true
	}
	return scene{}, false
}

func hills() scene {
	s := scene{zenith: tone(0x7FB5C9), horizon: tone(0xFBE3BE), disc: tone(0xFFF6DF), discX: 1.42, discY: .34, discRadius: .085}
	colours := []int{0xB9C7B5, 0x8FAE9B, 0x5E8C7E, 0x35685F, 0x1B443F}
	for i, c := range colours {
		n := float64(i)
		s.layers = append(s.layers, layer{colour: tone(c), outline: func(x float64) float64 {
			return .48 + .1*n + .055*math.Sin(x*(2.1+.7*n)+1.7*n) + .02*math.Sin(x*(7+n)+n)
		}})
	}
	return s
}

func skyline() scene {
	s := scene{zenith: tone(0x2B2A57), horizon: tone(0xF2A07B), disc: tone(0xFFE2C4), discX: .46, discY: .42, discRadius: .07}
	for i, c := range []int{0x8A5A78, 0x55406B, 0x1F1D3D} {
		n := float64(i)
		width := .05 + .02*n
		roof := func(x float64) float64 { return .42 + .13*n + .16*noise(math.Floor(x/width)+31*n) }
		s.layers = append(s.layers, layer{colour: tone(c), outline: roof, light: tone(0xFFD58A), lit: windows(n, width, roof)})
	}
	return s
}

// windows lights every third or so in a grid of small panes.
func windows(n, width float64, roof func(float64) float64) func(x, y float64) float64 {
	const w, h = .012, .02
	return func(x, y float64) float64 {
		column, row := math.Floor(x/w), math.Floor(y/h)
		fx, fy := x/w-column, y/h-row
		edge := x/width - math.Floor(x/width)
		inPane := fx > .3 && fx < .8 && fy > .3 && fy < .8 && edge > .12 && edge < .88 && y > roof(x)+.025
		if !inPane || noise(column*7.3+row*13.1+n) < .72 {
			return 0
		}
		return .25 + .3*n
	}
}

func plan() scene {
	s := scene{zenith: tone(0x3A1F47), horizon: tone(0xE7B27A), disc: tone(0xFBE8C8), discX: 1.0, discY: .24, discRadius: .06}
	for i, c := range []int{0xB86A5E, 0x8A3F53, 0x3C1C33} {
		n := float64(i)
		const bar = .05
		s.layers = append(s.layers, layer{colour: tone(c), outline: func(x float64) float64 {
			k := math.Floor(x / bar)
			if x/bar-k > .8 {
				return 2 // the gap between two bars
			}
			growth := .34 * math.Pow(k*bar/2, 5)
			return .66 + .11*n - growth*(1-.25*n) - .14*noise(k+17*n)
		}})
	}
	return s
}

func glass() scene {
	s := scene{zenith: tone(0x16324F), horizon: tone(0x8FB7C9), disc: tone(0xF4F7FA), discX: 1.66, discY: .2, discRadius: .045}
	hill := func(base, swell float64) func(float64) float64 {
		return func(x float64) float64 { return base + .03*math.Sin(x*swell+1) }
	}
	house := layer{colour: tone(0x0E2233), light: tone(0xFFD98F), outline: func(x float64) float64 {
		if x < .62 || x > 1.38 {
			return 2
		}
		return .36 + .34*math.Abs(x-1)
	}, lit: func(x, y float64) float64 {
		fx, fy := math.Mod(x-.62, .095)/.095, math.Mod(y, .16)/.16
		if fx < .08 || fy < .05 || y < .4+.34*math.Abs(x-1) {
			return 0
		}
		return .95 - .5*math.Hypot(x-1, y-.72)
	}}
	s.layers = []layer{
		{colour: tone(0x4F7F93), outline: hill(.62, 3)},
		{colour: tone(0x2F5B6B), outline: hill(.7, 5)},
		house,
		{colour: tone(0xE6EEF2), outline: hill(.86, 2)},
	}
	return s
}

// noise is a fixed number in [0,1) for each value.
func noise(v float64) float64 {
	n := math.Sin(v*12.9898) * 43758.5453
	return n - math.Floor(n)
}

// at is the colour of a point; pixel is the size of one, over which edges are smoothed.
func (s scene) at(x, y, pixel float64) rgb {
	c := mix(s.zenith, s.horizon, y/.75)
	toDisc := math.Hypot(x-s.discX, y-s.discY)
	c = mix(c, s.disc, .35*math.Exp(-6*toDisc))
	c = mix(c, s.disc, (s.discRadius-toDisc)/pixel+.5)
	for _, l := range s.layers {
		cover := (y-l.outline(x))/pixel + .5
		if cover <= 0 {
			continue
		}
		own := l.colour
		if l.lit != nil {
			own = mix(own, l.light, l.lit(x, y))
		}
		c = mix(c, own, cover)
	}
	return c
}

// draw makes a PNG of the scene.
func draw(s scene) ([]byte, error) {
	img := image.NewRGBA(image.Rect(0, 0, pictureWidth, pictureHeight))
	const pixel = 1.0 / pictureHeight
	for y := range pictureHeight {
		for x := range pictureWidth {
			c := s.at(float64(x)*pixel, float64(y)*pixel, pixel)
			img.SetRGBA(x, y, color.RGBA{uint8(c.r), uint8(c.g), uint8(c.b), 255})
		}
	}
	var b bytes.Buffer
	err := png.Encode(&b, img)
	return b.Bytes(), err
}
