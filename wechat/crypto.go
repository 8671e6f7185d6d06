package wechat

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/rand"
	"crypto/sha1"
	"crypto/subtle"
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"strings"
)

// signature is WeChat's over the parts of a push, in an order of their own.
func signature(parts ...string) string {
	slices.Sort(parts)
	sum := sha1.Sum([]byte(strings.Join(parts, "")))
	return hex.EncodeToString(sum[:])
}

func sameSignature(got, want string) bool {
	return subtle.ConstantTimeCompare([]byte(got), []byte(want)) == 1
}

// eventKey is an EncodingAESKey made ready.
type eventKey []byte

// newEventKey reads the 43 characters that WeChat's console gives.
func newEventKey(encoded string) (eventKey, error) {
	key, err := base64.StdEncoding.DecodeString(encoded + "=")
	if len(encoded) != 43 || err != nil || len(key) != 32 {
		// The value is not repeated: it is a secret.
		return nil, errors.New("the EncodingAESKey is not 43 letters and digits")
	}
	return key, nil
}

const eventBlock = 32 // of the padding; the cipher's own are of 16

var errNotOurs = errors.New("it was not encrypted with this key")

// open decrypts a message: 16 random bytes, the length, the message, and the
// AppID for which it was meant. What it says of a wrong message does not tell
// which part was wrong.
func (k eventKey) open(encrypted string) (msg []byte, appID string, err error) {
	raw, err := base64.StdEncoding.DecodeString(encrypted)
	if err != nil || len(raw) == 0 || len(raw)%aes.BlockSize != 0 {
		return nil, "", errNotOurs
	}
	block, err := aes.NewCipher(k)
	if err != nil {
		return nil, "", err
	}
	cipher.NewCBCDecrypter(block, k[:aes.BlockSize]).CryptBlocks(raw, raw)
	pad := int(raw[len(raw)-1])
	if pad < 1 || pad > eventBlock || pad > len(raw) {
		return nil, "", errNotOurs
	}
	for _, b := range raw[len(raw)-pad:] {
		if int(b) != pad {
			return nil, "", errNotOurs
		}
	}
	raw = raw[:len(raw)-pad]
	if len(raw) < 20 {
		return nil, "", errNotOurs
	}
	n := uint64(binary.BigEndian.Uint32(raw[16:20]))
	if n > uint64(len(raw)-20) {
		return nil, "", errNotOurs
	}
	return raw[20 : 20+n], string(raw[20+n:]), nil
}

// seal is the other way round.
func (k eventKey) seal(msg []byte, appID string) (string, error) {
	raw := make([]byte, 20, 20+len(msg)+len(appID)+eventBlock)
	if _, err := rand.Read(raw[:16]); err != nil {
		return "", fmt.Errorf("encrypt an answer: %w", err)
	}
	binary.BigEndian.PutUint32(raw[16:], uint32(len(msg)))
	raw = append(append(raw, msg...), appID...)
	pad := eventBlock - len(raw)%eventBlock
	for range pad {
		raw = append(raw, byte(pad))
	}
	block, err := aes.NewCipher(k)
	if err != nil {
		return "", err
	}
	cipher.NewCBCEncrypter(block, k[:aes.BlockSize]).CryptBlocks(raw, raw)
	return base64.StdEncoding.EncodeToString(raw), nil
}
