package store

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"strings"
)

// ErrSecretKey says that a secret in the database is encrypted with another key than is set.
var ErrSecretKey = errors.New("SECRET_KEY is not the one with which the database's WeChat tokens are encrypted")

// sealedMark is how an encrypted value begins: no token, ticket or refresh token of WeChat's
// does.
const sealedMark = "enc1:"

// Keys encrypt secrets with AES-256-GCM. The zero Keys leaves them in the clear, and refuses
// to read what is encrypted.
type Keys struct {
	newest string // the id of the key that encrypts; "": none does
	byID   map[string]cipher.AEAD
}

// NewKeys encrypts with key (32 bytes; nil: not at all) and reads what older ones have
// encrypted too. From each, keys for this use alone are derived.
func NewKeys(key []byte, older ...[]byte) (Keys, error) {
	k := Keys{byID: map[string]cipher.AEAD{}}
	for i, secret := range append([][]byte{key}, older...) {
		if len(secret) == 0 {
			continue
		}
		derived, err := hkdf.Key(sha256.New, secret, nil, "magpie: secrets in the database", 32+4)
		if err != nil {
			return Keys{}, err
		}
		block, err := aes.NewCipher(derived[:32])
		if err != nil {
			return Keys{}, err
		}
		aead, err := cipher.NewGCM(block)
		if err != nil {
			return Keys{}, err
		}
		id := hex.EncodeToString(derived[32:])
		k.byID[id] = aead
		if i == 0 {
			k.newest = id
		}
	}
	return k, nil
}

// IsSet reports whether what is written from now on is encrypted.
func (k Keys) IsSet() bool { return k.newest != "" }

// seal encrypts a secret for its place in the database: nowhere else can it be read.
func (k Keys) seal(place, secret string) string {
	if !k.IsSet() || secret == "" {
		return secret
	}
	aead := k.byID[k.newest]
	nonce := make([]byte, aead.NonceSize())
	_, _ = rand.Read(nonce) // never fails
	sealed := aead.Seal(nonce, nonce, []byte(secret), []byte(place))
	return sealedMark + k.newest + ":" + base64.RawStdEncoding.EncodeToString(sealed)
}

// open reads what seal has written, or what stands in the clear. It is ErrSecretKey where the
// key is not at hand.
func (k Keys) open(place, value string) (string, error) {
	text, isSealed := strings.CutPrefix(value, sealedMark)
	if !isSealed {
		return value, nil
	}
	id, text, _ := strings.Cut(text, ":")
	aead := k.byID[id]
	switch {
	case aead == nil && len(k.byID) == 0:
		return "", fmt.Errorf("SECRET_KEY must be set: %s is encrypted in the database, with key %s", place, id)
	case aead == nil:
		return "", fmt.Errorf("%w: %s is, with key %s. Set the key of before as SECRET_KEY_OLD", ErrSecretKey, place, id)
	}
	sealed, err := base64.RawStdEncoding.DecodeString(text)
	if err != nil || len(sealed) < aead.NonceSize() {
		return "", fmt.Errorf("%s is damaged in the database", place)
	}
	secret, err := aead.Open(nil, sealed[:aead.NonceSize()], sealed[aead.NonceSize():], []byte(place))
	if err != nil {
		return "", fmt.Errorf("%s was changed in the database, or stood elsewhere: it cannot be decrypted", place)
	}
	return string(secret), nil
}

// isCurrent reports whether a value stands as seal would write it today.
func (k Keys) isCurrent(value string) bool {
	return value == "" || !k.IsSet() || strings.HasPrefix(value, sealedMark+k.newest+":")
}
