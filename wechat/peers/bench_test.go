package peers

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	silenceper "github.com/silenceper/wechat/v2"
	"github.com/silenceper/wechat/v2/cache"
	miniconfig "github.com/silenceper/wechat/v2/miniprogram/config"
	"github.com/silenceper/wechat/v2/miniprogram/subscribe"
	offconfig "github.com/silenceper/wechat/v2/officialaccount/config"
	"github.com/silenceper/wechat/v2/officialaccount/draft"

	"magpie/wechat"
	"magpie/wechat/wechattest"
)

const serverVar = "MAGPIE_PEERS_SERVER"

// TestMain is the server too, in a process of its own, so that its work and its
// allocations are not counted among the clients'.
func TestMain(m *testing.M) {
	if os.Getenv(serverVar) != "" {
		ln, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		fmt.Println(ln.Addr())
		go func() { io.Copy(io.Discard, os.Stdin); os.Exit(0) }() // ends with its parent
		http.Serve(ln, http.HandlerFunc(answer))
	}
	os.Exit(m.Run())
}

func answer(w http.ResponseWriter, r *http.Request) {
	io.Copy(io.Discard, r.Body)
	w.Header().Set("Content-Type", "application/json")
	switch {
	case strings.Contains(r.URL.Path, "token"):
		io.WriteString(w, `{"access_token":"TOKEN-0123456789","expires_in":7200}`)
	case strings.Contains(r.URL.Path, "draft"):
		io.WriteString(w, `{"media_id":"yOBFwbUbjxuYVAkmyBiO7uXJ8fKlvsTmIIP4VXRzYSA","item":[]}`)
	default:
		io.WriteString(w, `{"errcode":0,"errmsg":"ok"}`)
	}
}

func startServer(b *testing.B) string {
	b.Helper()
	cmd := exec.CommandContext(b.Context(), os.Args[0])
	cmd.Env = append(os.Environ(), serverVar+"=1")
	if _, err := cmd.StdinPipe(); err != nil {
		b.Fatal(err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		b.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { cmd.Process.Kill(); cmd.Wait() })
	addr, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		b.Fatal(err)
	}
	return "http://" + strings.TrimSpace(addr)
}

// contender is one client's way of making the same call.
type contender struct {
	name string
	call func() error
}

// BenchmarkSideBySide makes the same calls through bare net/http, ours and
// silenceper/wechat, in turn within one run, so that whatever else the machine
// does falls on all alike. It reports the median time of a call, what a call
// allocates, and ours as a share of the bare one and of the peer.
//
//	go test -run '^$' -bench . -benchtime 200x
func BenchmarkSideBySide(b *testing.B) {
	base := startServer(b)
	pointAt(base)
	for _, api := range []string{"subscribe/send", "draft/add", "uniform_send"} {
		for _, callers := range []int{1, 64} {
			b.Run(fmt.Sprintf("%s/callers=%d", strings.ReplaceAll(api, "/", "_"), callers), func(b *testing.B) {
				sideBySide(b, contenders(b, base)[api], callers)
			})
		}
	}
}

func sideBySide(b *testing.B, all []contender, callers int) {
	calls := max(callers*4, 32) // of each, a round
	took, allocs, size := map[string][]float64{}, map[string][]float64{}, map[string][]float64{}
	for _, c := range all {
		round(b, c, callers, calls) // connections and tokens
	}
	for i := 0; b.Loop(); i++ {
		for j := range all {
			c := all[(i+j)%len(all)]
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			d := round(b, c, callers, calls)
			runtime.ReadMemStats(&after)
			n := float64(calls)
			took[c.name] = append(took[c.name], float64(d.Nanoseconds())/n)
			allocs[c.name] = append(allocs[c.name], float64(after.Mallocs-before.Mallocs)/n)
			size[c.name] = append(size[c.name], float64(after.TotalAlloc-before.TotalAlloc)/n)
		}
	}
	median := func(v []float64) float64 { slices.Sort(v); return v[len(v)/2] }
	b.ReportMetric(0, "ns/op")
	for _, c := range all {
		b.ReportMetric(median(took[c.name]), c.name+"-ns")
		b.ReportMetric(median(allocs[c.name]), c.name+"-allocs")
		b.ReportMetric(median(size[c.name]), c.name+"-B")
	}
	b.ReportMetric(median(took["magpie"])/median(took["bare"]), "magpie/bare")
	b.ReportMetric(median(took["magpie"])/median(took["silenceper"]), "magpie/silenceper")
}

func round(b *testing.B, c contender, callers, calls int) time.Duration {
	b.Helper()
	start := time.Now()
	var wg sync.WaitGroup
	for range callers {
		wg.Go(func() {
			for range calls / callers {
				if err := c.call(); err != nil {
					b.Errorf("%s: %v", c.name, err)
					return
				}
			}
		})
	}
	wg.Wait()
	return time.Since(start)
}

const openid, templateID = "oABCDEFGHIJKLMNOPQRSTUVWXY9Z", "ngqIpbwh8bUfcSsECmogfXcV14J0tQlEpBO27izEYtY"

func contenders(b *testing.B, base string) map[string][]contender {
	b.Helper()
	keep := func() *http.Transport { return &http.Transport{MaxIdleConnsPerHost: 64} }
	bare := &http.Client{Transport: keep()}
	// The peer's own default keeps 2 connections; it is given as many as the others.
	util := &http.Client{Transport: keep()}
	b.Cleanup(func() { bare.CloseIdleConnections(); util.CloseIdleConnections() })
	ours, err := wechat.New(wechat.Options{AppID: wechattest.DefaultAppID, AppSecret: wechattest.DefaultAppSecret, BaseURL: base})
	if err != nil {
		b.Fatal(err)
	}
	wc := silenceper.NewWechat()
	wc.SetHTTPClient(util)
	wc.SetCache(cache.NewMemory())
	mini := wc.GetMiniProgram(&miniconfig.Config{AppID: wechattest.DefaultAppID, AppSecret: wechattest.DefaultAppSecret}).GetSubscribe()
	drafts := wc.GetOfficialAccount(&offconfig.Config{AppID: wechattest.DefaultAppID, AppSecret: wechattest.DefaultAppSecret}).GetDraft()

	msg := wechat.WeappSubscribeMsg{ToUser: openid, TemplateID: templateID, Page: "index?foo=bar", Data: map[string]wechat.DataValue{"thing1": {Value: "茶艺入门"}, "time2": {Value: "15:00"}, "phrase3": {Value: "配送中"}}}
	theirs := &subscribe.Message{ToUser: openid, TemplateID: templateID, Page: "index?foo=bar", Data: map[string]*subscribe.DataItem{"thing1": {Value: "茶艺入门"}, "time2": {Value: "15:00"}, "phrase3": {Value: "配送中"}}}

	content := strings.Repeat("<p>春茶采摘 & 品尝，<strong>三月</strong>。</p>", 100)
	articles := []wechat.DraftArticle{{Title: "春茶", Author: "magpie", Digest: "摘要", Content: content, ThumbMediaID: templateID}}
	theirArticles := []*draft.Article{{Title: "春茶", Author: "magpie", Digest: "摘要", Content: content, ThumbMediaID: templateID}}

	data := map[string]wechat.DataValue{"keyword1": {Value: "339208499"}, "keyword2": {Value: "2015-01-05"}}
	uniform := wechat.UniformMsg{
		ToUser: openid, Weapp: &wechat.WeappTemplateMsg{TemplateID: templateID, Page: "page/page/index", FormID: "F", Data: data, EmphasisKeyword: "keyword1.DATA"},
		MP: &wechat.MPTemplateMsg{AppID: "wx1", TemplateID: templateID, URL: "http://weixin.qq.com/download", Data: data},
	}
	theirUniform := &subscribe.UniformMessage{ToUser: openid}
	theirData := map[string]*subscribe.DataItem{"keyword1": {Value: "339208499"}, "keyword2": {Value: "2015-01-05"}}
	w, mp := &theirUniform.WeappTemplateMsg, &theirUniform.MpTemplateMsg
	w.TemplateID, w.Page, w.FormID, w.Data, w.EmphasisKeyword = templateID, "page/page/index", "F", theirData, "keyword1.DATA"
	mp.Appid, mp.TemplateID, mp.URL, mp.Data = "wx1", templateID, "http://weixin.qq.com/download", theirData

	ctx := b.Context()
	post := func(path string, in any) func() error {
		return func() error { return bareCall(bare, base+path+"?access_token=TOKEN-0123456789", in) }
	}
	return map[string][]contender{
		"subscribe/send": {
			{"bare", post("/cgi-bin/message/subscribe/send", msg)},
			{"magpie", func() error { return ours.SendWeappSubscribe(ctx, msg) }},
			{"silenceper", func() error { return mini.Send(theirs) }},
		},
		"draft/add": {
			{"bare", post("/cgi-bin/draft/add", wechat.Draft{Articles: articles})},
			{"magpie", func() error { _, err := ours.AddDraft(ctx, articles); return err }},
			{"silenceper", func() error { _, err := drafts.AddDraft(theirArticles); return err }},
		},
		"uniform_send": {
			{"bare", post("/cgi-bin/message/wxopen/template/uniform_send", uniform)},
			{"magpie", func() error { return ours.SendUniform(ctx, uniform) }},
			{"silenceper", func() error { return mini.UniformSend(theirUniform) }},
		},
	}
}

// bareCall is the barest call that net/http allows: marshal, post, read, look
// at errcode; no time-out, no check.
func bareCall(hc *http.Client, url string, in any) error {
	body, err := json.Marshal(in)
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
		MediaID string `json:"media_id"`
	}
	if err := json.Unmarshal(raw, &out); err != nil || out.ErrCode != 0 {
		return fmt.Errorf("%s: %v", raw, err)
	}
	return nil
}
