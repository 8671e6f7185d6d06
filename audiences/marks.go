package audiences

import (
	"cmp"
	"crypto/sha256"
	"encoding/binary"
	"iter"
	"slices"
)

// mark is what is remembered of a member while a file is read: 16 bytes. Two openids
// with the same 96 bits of hash would be taken for one; among a million that happens
// once in some 10^17 files.
type mark struct {
	hash  int64
	check uint32
	row   uint32
}

func markOf(openid string, row int64) mark {
	sum := sha256.Sum256([]byte(openid))
	return mark{
		hash:  int64(binary.BigEndian.Uint64(sum[:])),
		check: binary.BigEndian.Uint32(sum[8:]),
		row:   uint32(row),
	}
}

// marks are those of a whole file, in buckets by how their hashes begin: each is sorted
// by itself, and all of them in turn are in the order of the hashes.
type marks [256][]mark

func (ms *marks) add(openid string, row int64) {
	m := markOf(openid, row)
	at := byte(uint64(m.hash)>>56) ^ 0x80 // negative hashes come first
	ms[at] = append(ms[at], m)
}

// sorted goes through the marks by hash, of each openid the first row alone; twice is
// called with every other row. What has been gone through is forgotten.
func (ms *marks) sorted(twice func(row int64)) iter.Seq[mark] {
	return func(yield func(mark) bool) {
		for i := range ms {
			slices.SortFunc(ms[i], func(a, b mark) int {
				return cmp.Or(cmp.Compare(a.hash, b.hash), cmp.Compare(a.check, b.check), cmp.Compare(a.row, b.row))
			})
			for j, m := range ms[i] {
				if j > 0 && ms[i][j-1].hash == m.hash && ms[i][j-1].check == m.check {
					twice(int64(m.row))
				} else if !yield(m) {
					return
				}
			}
			ms[i] = nil
		}
	}
}
