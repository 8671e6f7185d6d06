package outbox

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"strings"
)

// hashOf names exactly what is approved: the kind, the payload and the audience.
func hashOf(kind string, payload json.RawMessage, recipients []string) string {
	h := sha256.New()
	fmt.Fprintf(h, "%s\n%d\n", kind, len(payload))
	h.Write(payload)
	h.Write([]byte("\n" + strings.Join(recipients, "\n")))
	return hex.EncodeToString(h.Sum(nil))
}

// encode is JSON without \u escapes for <, > and &, as it goes to WeChat.
func encode(v any) (json.RawMessage, error) {
	var buf bytes.Buffer
	enc := json.NewEncoder(&buf)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil {
		return nil, err
	}
	return bytes.TrimSpace(buf.Bytes()), nil
}
