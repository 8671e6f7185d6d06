package journal

import (
	"crypto/hkdf"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"strconv"
	"strings"
)

// Head is the newest act of the chain at some moment. Kept where nobody can change it who can
// change the database, it tells later whether what was before it still stands.
type Head struct {
	Seq  int64
	Hash string
	// Signature says that a magpie with the secret key wrote it; "" where there is none.
	Signature string
}

// ErrForged says that a head is not of a magpie with this secret key.
var ErrForged = errors.New("the signature is not of this SECRET_KEY")

// Sign makes a head's signature; without a key it has none.
func (h Head) Sign(secret []byte) Head {
	h.Signature = ""
	if len(secret) > 0 {
		h.Signature = h.mac(secret)
	}
	return h
}

// Check holds the signature against the secret key; without a key, or a signature, it cannot.
func (h Head) Check(secret []byte) error {
	if len(secret) > 0 && h.Signature != "" && !hmac.Equal([]byte(h.Signature), []byte(h.mac(secret))) {
		return ErrForged
	}
	return nil
}

// mac is HMAC-SHA256 by a key of its own that comes of the secret one.
func (h Head) mac(secret []byte) string {
	key, err := hkdf.Key(sha256.New, secret, nil, "magpie audit head", sha256.Size)
	if err != nil {
		panic(err) // the length is one that SHA-256 can give
	}
	m := hmac.New(sha256.New, key)
	fmt.Fprintf(m, "%d:%s", h.Seq, h.Hash)
	return hex.EncodeToString(m.Sum(nil)[:16])
}

// String is SEQ:HASH, or SEQ:HASH:SIGNATURE.
func (h Head) String() string {
	return strings.TrimSuffix(fmt.Sprintf("%d:%s:%s", h.Seq, h.Hash, h.Signature), ":")
}

// ParseHead reads what String wrote.
func ParseHead(text string) (h Head, err error) {
	parts := strings.Split(strings.TrimSpace(text), ":")
	if len(parts) == 2 {
		parts = append(parts, "")
	}
	if len(parts) == 3 {
		h.Hash, h.Signature = parts[1], parts[2]
		h.Seq, err = strconv.ParseInt(parts[0], 10, 64)
		if err == nil && h.Seq > 0 && len(h.Hash) == 2*sha256.Size {
			return h, nil
		}
	}
	return Head{}, fmt.Errorf("%q is no head: expected SEQ:HASH or SEQ:HASH:SIGNATURE, as it was posted", text)
}
