package articles

import (
	"encoding/binary"
	"image"
	"math"
)

// colours make the colours of one profile those of sRGB, which everything that bears no
// profile is seen as. nil changes nothing.
type colours struct {
	linear [3][256]float64 // light of each value
	matrix [3][3]float64   // from the profile's light to sRGB's
}

// fromXYZ makes light as profiles give it (XYZ under D50) into sRGB's, by Bradford's
// adaptation: brucelindbloom.com/Eqn_RGB_XYZ_Matrix.html
var fromXYZ = [3][3]float64{
	{3.1338561, -1.6168667, -0.4906146},
	{-0.9787684, 1.9161415, 0.0334540},
	{0.0719453, -0.2289914, 1.4052427},
}

// encoded is sRGB's value of light, in steps fine enough for the dark.
var encoded = func() (table [1 << 14]uint8) {
	for i := range table {
		v := float64(i) / float64(len(table)-1)
		if v <= 0.0031308 {
			v *= 12.92
		} else {
			v = 1.055*math.Pow(v, 1/2.4) - 0.055
		}
		table[i] = uint8(math.Round(255 * v))
	}
	return table
}()

// toSRGB reads a profile of three primaries and their curves (ICC.1:2022, 8.3), as those
// of cameras, phones and screens are: Display P3, Adobe RGB. It is nil for every other
// kind, and for those whose colours are sRGB's anyway.
func toSRGB(profile []byte) *colours {
	const head = 132
	if len(profile) < head || string(profile[16:24]) != "RGB XYZ " || int64(binary.BigEndian.Uint32(profile)) > int64(len(profile)) {
		return nil
	}
	tags := map[string][]byte{}
	for i := range min(int64(binary.BigEndian.Uint32(profile[128:])), 100) {
		if at := head + 12*int(i); at+12 <= len(profile) {
			from, size := int64(binary.BigEndian.Uint32(profile[at+4:])), int64(binary.BigEndian.Uint32(profile[at+8:]))
			if from+size <= int64(len(profile)) {
				tags[string(profile[at:at+4])] = profile[from : from+size]
			}
		}
	}
	c := &colours{}
	for i, name := range []string{"r", "g", "b"} {
		xyz := tags[name+"XYZ"]
		if len(xyz) < 20 || !curve(tags[name+"TRC"], &c.linear[i]) {
			return nil
		}
		for row := range 3 {
			for k := range 3 {
				c.matrix[row][i] += fromXYZ[row][k] * fixed16(xyz[8+4*k:])
			}
		}
	}
	for _, probe := range [][3]uint8{{255, 0, 0}, {0, 255, 0}, {0, 0, 255}, {40, 128, 200}, {20, 20, 20}, {128, 128, 128}} {
		for i, v := range c.of(probe) {
			if d := int(v) - int(probe[i]); d < -2 || d > 2 {
				return c
			}
		}
	}
	return nil
}

// fixed16 reads a number of 16 bits before and 16 after its point.
func fixed16(b []byte) float64 { return float64(int32(binary.BigEndian.Uint32(b))) / 65536 }

// curve fills in how much light each value is (ICC.1:2022, 10.6 and 10.18).
func curve(tag []byte, light *[256]float64) bool {
	if len(tag) < 12 {
		return false
	}
	var f func(float64) float64
	switch string(tag[:4]) {
	case "curv":
		n := int64(binary.BigEndian.Uint32(tag[8:]))
		if n > 65536 || int64(len(tag)) < 12+2*n {
			return false
		}
		value := func(i int) float64 { return float64(binary.BigEndian.Uint16(tag[12+2*i:])) }
		switch n {
		case 0:
			f = func(x float64) float64 { return x }
		case 1:
			f = func(x float64) float64 { return math.Pow(x, value(0)/256) }
		default:
			f = func(x float64) float64 {
				at, part := math.Modf(x * float64(n-1))
				i := int(at)
				return (value(i)*(1-part) + value(min(i+1, int(n-1)))*part) / 65535
			}
		}
	case "para":
		kind := binary.BigEndian.Uint16(tag[8:])
		counts := []int{1, 3, 4, 5, 7}
		if int(kind) >= len(counts) || len(tag) < 12+4*counts[kind] {
			return false
		}
		p := [7]float64{1: 1} // g a b c d e f
		for i := range counts[kind] {
			p[i] = fixed16(tag[12+4*i:])
		}
		switch kind {
		case 1, 2: // straight, at c, below -b/a
			p[4], p[5], p[6], p[3] = -p[2]/p[1], p[3], p[3], 0
		}
		f = func(x float64) float64 {
			if x < p[4] {
				return p[3]*x + p[6]
			}
			return math.Pow(max(0, p[1]*x+p[2]), p[0]) + p[5]
		}
	default:
		return false
	}
	for i := range light {
		if light[i] = f(float64(i) / 255); math.IsNaN(light[i]) || math.IsInf(light[i], 0) {
			return false
		}
	}
	return true
}

// of is one colour in sRGB; what sRGB has not becomes its nearest.
func (c *colours) of(v [3]uint8) (out [3]uint8) {
	r, g, b := c.linear[0][v[0]], c.linear[1][v[1]], c.linear[2][v[2]]
	for i, m := range c.matrix {
		light := min(1, max(0, m[0]*r+m[1]*g+m[2]*b))
		out[i] = encoded[int(light*float64(len(encoded)-1)+0.5)]
	}
	return out
}

// apply changes an image's colours in place.
func (c *colours) apply(img *image.NRGBA) {
	if c == nil {
		return
	}
	for at := 0; at+4 <= len(img.Pix); at += 4 {
		px := img.Pix[at : at+3 : at+3]
		out := c.of([3]uint8(px))
		copy(px, out[:])
	}
}
