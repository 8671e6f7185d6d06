package audiences

import (
	"cmp"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"hash"

	"magpie/outbox"
)

// sums are over a list's members in their order, and over the values that each of its
// columns gives them: what an approval of a line to the audience binds to.
type sums struct {
	members hash.Hash
	columns []hash.Hash
}

func newSums(columns []string) *sums {
	s := &sums{members: sha256.New(), columns: make([]hash.Hash, len(columns))}
	for i := range s.columns {
		s.columns[i] = sha256.New()
	}
	return s
}

func (s *sums) add(m member) {
	put(s.members, m.openid)
	for i, h := range s.columns {
		put(h, m.openid)
		value := ""
		if i < len(m.values) {
			value = m.values[i]
		}
		put(h, value)
	}
}

// put adds a text, its length before it: "ab", "c" is not "a", "bc".
func put(h hash.Hash, text string) {
	h.Write(binary.AppendUvarint(nil, uint64(len(text))))
	h.Write([]byte(text))
}

// of are the sums by column, those of the members under "".
func (s *sums) of(columns []string) map[string]string {
	all := map[string]string{"": hex.EncodeToString(s.members.Sum(nil))}
	for i, column := range columns {
		all[column] = hex.EncodeToString(s.columns[i].Sum(nil))
	}
	return all
}

// source is what a version is made of, where its members come and go by themselves.
func (v version) source() string {
	switch v.Kind {
	case Tag:
		return outbox.SourceTag + cmp.Or(v.Label, v.Source)
	case Followers:
		return outbox.SourceFollowers
	case Subscribed:
		return outbox.SourceSubscribed + v.Source
	}
	return ""
}
