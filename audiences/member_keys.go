package audiences

import (
	"cmp"
	"crypto/sha256"
	"encoding/binary"
	"iter"
	"slices"
)

// memberKey is what is remembered of a member while a file is read: 16 bytes. Two openids
// with the same 96 bits of hash would be taken for one; among a million that happens
// once in some 10^17 files.
type memberKey struct {
	hash  int64
	check uint32
	row   uint32
}

func memberKeyOf(openid string, row int64) memberKey {
	sum := sha256.Sum256([]byte(openid))
	return memberKey{
		hash:  int64(binary.BigEndian.Uint64(sum[:])),
		check: binary.BigEndian.Uint32(sum[8:]),
		row:   uint32(row),
	}
}

// memberKeys are those of a whole file, in buckets by how their hashes begin: each is sorted
// by itself, and all of them in turn are in the order of the hashes.
type memberKeys [256][]memberKey

func (keys *memberKeys) add(openid string, row int64) {
	m := memberKeyOf(openid, row)
	at := byte(uint64(m.hash)>>56) ^ 0x80 // negative hashes come first
	keys[at] = append(keys[at], m)
}

// sorted yields the keys in the order of their hashes, of each openid the one with the first
// row. It calls twice with each further row. It frees what it has yielded: call it once.
func (keys *memberKeys) sorted(twice func(row int64)) iter.Seq[memberKey] {
	return func(yield func(memberKey) bool) {
		for i := range keys {
			slices.SortFunc(keys[i], func(a, b memberKey) int {
				return cmp.Or(cmp.Compare(a.hash, b.hash), cmp.Compare(a.check, b.check), cmp.Compare(a.row, b.row))
			})
			for j, m := range keys[i] {
				if j > 0 && keys[i][j-1].hash == m.hash && keys[i][j-1].check == m.check {
					twice(int64(m.row))
				} else if !yield(m) {
					return
				}
			}
			keys[i] = nil
		}
	}
}
