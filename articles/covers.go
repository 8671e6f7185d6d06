package articles

import (
	"context"
	"crypto/sha256"
	"fmt"
	"sync"
)

// covers remembers what was drawn and shrunk of late: a line has 2 s to be accepted, and
// each look at an article wants its cover.
type covers struct {
	mu   sync.Mutex
	made map[string]blob
}

const mostCovers = 64

// get is what draw makes, remembered under key.
func (c *covers) get(key string, draw func() (blob, error)) (blob, error) {
	c.mu.Lock()
	b, ok := c.made[key]
	c.mu.Unlock()
	if ok {
		return b, nil
	}
	b, err := draw()
	if err != nil {
		return b, err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.made == nil || len(c.made) >= mostCovers {
		c.made = map[string]blob{}
	}
	c.made[key] = b
	return b, nil
}

// draw is drawCover, remembered.
func (d *proofer) draw(title, theme string) (blob, error) {
	return d.covers.get(fmt.Sprintf("drawn %x", sha256.Sum256([]byte(theme+"\n"+title))), func() (blob, error) { return drawCover(title, theme, d.Font) })
}

// shrink is thumb, remembered.
func (d *proofer) shrink(ctx context.Context, b blob) (blob, error) {
	return d.covers.get("thumb "+b.SHA256, func() (blob, error) {
		letGo, err := d.images.hold(ctx, b.Data)
		if err != nil {
			return blob{}, err
		}
		defer letGo()
		return thumb(b)
	})
}
