package sending

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"strings"
)

// Hash names exactly what is approved: the account, the kind, the payload and the recipients
// whom a line names. "" as the account gives the hash of before hashes covered it.
func Hash(account, kind string, payload json.RawMessage, recipients []string) string {
	h := sha256.New()
	writeAccount(h, account)
	fmt.Fprintf(h, "%s\n%d\n", kind, len(payload))
	h.Write(payload)
	h.Write([]byte("\n" + strings.Join(recipients, "\n")))
	return hex.EncodeToString(h.Sum(nil))
}

func writeAccount(h io.Writer, account string) {
	if account != "" {
		fmt.Fprintf(h, "account %s\n", account)
	}
}

// Encode is JSON without \u escapes for <, > and &, as it goes to WeChat.
func Encode(v any) (json.RawMessage, error) {
	var buf bytes.Buffer
	enc := json.NewEncoder(&buf)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil {
		return nil, err
	}
	return bytes.TrimSpace(buf.Bytes()), nil
}
