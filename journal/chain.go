package journal

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"regexp"
	"time"
)

// Sealed is an act as it stands in the chain: its hash covers every other field, the hash of
// the act before it among them. It is one line of an export.
type Sealed struct {
	Seq     int64     `json:"seq"` // from 1, without a gap
	At      time.Time `json:"at"`
	Request int64     `json:"request"` // 0: it was done to something else, see Note
	Verb    string    `json:"verb"`
	Who     string    `json:"who"`     // "" for magpie itself
	Account string    `json:"account"` // AppID, where it is about one
	// Note says more, in the form of the room whose act it is; of what is no request it
	// begins with what that was. One that was taken out later is sha256: and its hash.
	Note string `json:"note"`
	Prev string `json:"prev"` // "" of the first
	Hash string `json:"hash"`
}

var takenOut = regexp.MustCompile(`^sha256:[0-9a-f]{64}$`)

// DigestOf is what stands for a note in the hash, and in its place once it is taken out.
func DigestOf(note string) string {
	if takenOut.MatchString(note) {
		return note
	}
	sum := sha256.Sum256([]byte(note))
	return "sha256:" + hex.EncodeToString(sum[:])
}

// TakenOut is what stands in an act's note once that was taken out, by the act's room, subject
// and note as they are in the table. The chain holds.
func TakenOut(room, subject, note string) string {
	r := raw{Room: room, Subject: subject, Note: note}
	return DigestOf(r.act().Note)
}

// IsTakenOut reports whether a note was taken out.
func IsTakenOut(note string) bool { return takenOut.MatchString(note) }

// sum is the hash that the act must have: SHA-256, in hex, of the JSON array of its other
// fields in the order of Sealed, the note by its digest, the time in milliseconds.
func (s Sealed) sum() string {
	raw, _ := json.Marshal([]any{s.Seq, s.At.UnixMilli(), s.Request, s.Verb, s.Who, s.Account, DigestOf(s.Note), s.Prev}) // these always marshal
	sum := sha256.Sum256(raw)
	return hex.EncodeToString(sum[:])
}

// Break is where a chain does not hold.
type Break struct {
	Seq int64 // of the first act that does not follow
	Why string
}

func (b *Break) Error() string { return fmt.Sprintf("act %d does not follow: %s", b.Seq, b.Why) }

// Chain goes along acts and finds where one was changed, removed or added.
type Chain struct {
	last  Sealed
	begun int64 // the number of the first act; 0: none was followed
	// Heads are acts that must be there as they say.
	Heads []Head
	// Whole says that it begins with the first act there ever was: what stands before is gone
	// otherwise, and nobody can tell.
	Whole bool
}

// Follow takes the next act. The error is a *Break where it does not follow.
func (c *Chain) Follow(s Sealed) error {
	wrong := func(seq int64, format string, args ...any) error { return &Break{seq, fmt.Sprintf(format, args...)} }
	first := c.begun == 0
	if first {
		c.begun = s.Seq
	}
	switch {
	case first && c.Whole && (s.Seq != 1 || s.Prev != ""):
		return wrong(1, "the first act is number %d: those before it were removed", s.Seq)
	case !first && s.Seq > c.last.Seq+1:
		return wrong(c.last.Seq+1, "it was removed: number %d comes after %d", s.Seq, c.last.Seq)
	case !first && s.Seq <= c.last.Seq:
		return wrong(s.Seq, "it was added, or put in another place: it comes after %d", c.last.Seq)
	case !first && s.Prev != c.last.Hash:
		return wrong(s.Seq, "it was changed or added: it holds another hash than that of %d", c.last.Seq)
	case s.Hash != s.sum():
		return wrong(s.Seq, "it was changed: its hash is not that of what it says")
	}
	for _, h := range c.Heads {
		if h.Seq == s.Seq && h.Hash != s.Hash {
			return wrong(s.Seq, "it was changed, or one before it: its hash was %s", h.Hash)
		}
	}
	c.last = s
	return nil
}

// End says where acts are missing at the end.
func (c *Chain) End() error {
	for _, h := range c.Heads {
		if h.Seq > c.last.Seq {
			return &Break{c.last.Seq + 1, fmt.Sprintf("it was removed: there were %d acts", h.Seq)}
		}
		if h.Seq > 0 && h.Seq < c.begun {
			return &Break{h.Seq, fmt.Sprintf("it is not among these: the first is number %d", c.begun)}
		}
	}
	return nil
}

// Last is the newest act that was followed.
func (c *Chain) Last() Sealed { return c.last }
