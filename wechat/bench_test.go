package wechat

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"testing"
	"time"
)

// BenchmarkCall holds one call of ours against the barest one that net/http
// allows: marshal, post, read, look at errcode, on the same server, without a
// time-out. "turns" calls both in turn, so that whatever else the machine does
// falls on both alike, and reports the medians and their ratio.
func BenchmarkCall(b *testing.B) {
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		io.Copy(io.Discard, r.Body)
		if r.URL.Path == stableTokenAPI.path {
			io.WriteString(w, `{"access_token":"TOKEN-0123456789","expires_in":7200}`)
			return
		}
		io.WriteString(w, `{"errcode":0,"errmsg":"ok"}`)
	}))
	defer s.Close()
	msg := SubscribeMsg{
		ToUser: "oABCDEFGHIJKLMNOPQRSTUVWXY9Z", TemplateID: "ngqIpbwh8bUfcSsECmogfXcV14J0tQlEpBO27izEYtY", Page: "index?foo=bar",
		Data: map[string]DataValue{"thing1": {Value: "Tea"}, "time2": {Value: "15:00"}, "phrase3": {Value: "配送中"}},
	}
	hc := &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 64}}
	defer hc.CloseIdleConnections()
	c := client(b, s.URL)

	calls := map[string]func(*testing.B) error{
		"bare":   func(*testing.B) error { return bareCall(hc, s.URL+bizSend.path+"?access_token=TOKEN-0123456789", msg) },
		"magpie": func(b *testing.B) error { return c.SendSubscribe(b.Context(), msg) },
	}
	for _, name := range []string{"bare", "magpie"} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if err := calls[name](b); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
	b.Run("turns", func(b *testing.B) {
		took := map[string][]time.Duration{}
		for b.Loop() {
			for name, call := range calls { // in random order
				start := time.Now()
				if err := call(b); err != nil {
					b.Fatal(err)
				}
				took[name] = append(took[name], time.Since(start))
			}
		}
		median := func(name string) float64 {
			slices.Sort(took[name])
			return float64(took[name][len(took[name])/2])
		}
		b.ReportMetric(0, "ns/op")
		b.ReportMetric(median("bare"), "bare-ns")
		b.ReportMetric(median("magpie"), "magpie-ns")
		b.ReportMetric(median("magpie")/median("bare"), "ratio")
	})
}

func bareCall(hc *http.Client, url string, msg any) error {
	body, err := json.Marshal(msg)
	if err != nil {
		return err
	}
	resp, err := hc.Post(url, "application/json", bytes.NewReader(body))
	if err != nil {
		return err
	}
	raw, err := io.ReadAll(resp.Body)
	resp.Body.Close()
	if err != nil {
		return err
	}
	var out struct {
		ErrCode int    `json:"errcode"`
		ErrMsg  string `json:"errmsg"`
	}
	if err := json.Unmarshal(raw, &out); err != nil || out.ErrCode != 0 {
		return fmt.Errorf("%s: %v", raw, err)
	}
	return nil
}
