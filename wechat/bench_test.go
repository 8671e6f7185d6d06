package wechat

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"os"
	"os/exec"
	"runtime"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"magpie/wechat/apis"
)

// BenchmarkCall holds one call of ours, over its own connections and over
// net/http's, against the barest one that net/http allows: marshal, post, read,
// look at errcode, without a time-out. All go to the same server, in a process of
// its own, in turn, so that whatever else the machine does falls on all alike.
// It reports medians: processor time and allocations of a call in this process,
// and how long a call takes.
//
//	go test -run '^$' -bench Call -benchtime 30x ./wechat
func BenchmarkCall(b *testing.B) {
	base := serveApart(b)
	msg := SubscribeMsg{
		ToUser: "oABCDEFGHIJKLMNOPQRSTUVWXY9Z", TemplateID: "ngqIpbwh8bUfcSsECmogfXcV14J0tQlEpBO27izEYtY", Page: "index?foo=bar",
		Data: map[string]DataValue{"thing1": {Value: "Tea"}, "time2": {Value: "15:00"}, "phrase3": {Value: "配送中"}},
	}
	hc := &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 64}}
	defer hc.CloseIdleConnections()
	c, over := client(b, base), client(b, base)
	over.pool = nil
	all := []contender{
		{"bare", func() error { return bareCall(hc, base+apis.SubscribeSend.Path+"?access_token=TOKEN-0123456789", msg) }},
		{"net/http", func() error { return over.SendSubscribe(b.Context(), msg) }},
		{"magpie", func() error { return c.SendSubscribe(b.Context(), msg) }},
	}
	for _, callers := range []int{1, 64} {
		b.Run(fmt.Sprintf("callers=%d", callers), func(b *testing.B) { inTurn(b, all, callers) })
	}
}

type contender struct {
	name string
	call func() error
}

func inTurn(b *testing.B, all []contender, callers int) {
	const calls = 1024 // of each, a turn
	cpu, took, allocs := map[string][]float64{}, map[string][]float64{}, map[string][]float64{}
	for i := 0; b.Loop(); i++ {
		for j := range all {
			c := all[(i+j)%len(all)]
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			used, start := processorTime(b), time.Now()
			var group sync.WaitGroup
			for range callers {
				group.Go(func() {
					for range calls / callers {
						if err := c.call(); err != nil {
							b.Error(err)
						}
					}
				})
			}
			group.Wait()
			took[c.name] = append(took[c.name], float64(time.Since(start).Nanoseconds())/1e3/calls)
			cpu[c.name] = append(cpu[c.name], float64((processorTime(b)-used).Nanoseconds())/1e3/calls)
			runtime.ReadMemStats(&after)
			allocs[c.name] = append(allocs[c.name], float64(after.Mallocs-before.Mallocs)/calls)
		}
	}
	median := func(v []float64) float64 { slices.Sort(v); return v[len(v)/2] }
	b.ReportMetric(0, "ns/op")
	for _, c := range all {
		b.ReportMetric(median(cpu[c.name]), c.name+"-cpu-µs")
		b.ReportMetric(median(took[c.name]), c.name+"-µs")
		b.ReportMetric(median(allocs[c.name]), c.name+"-allocs")
	}
	b.ReportMetric(median(cpu["magpie"])/median(cpu["bare"]), "cpu/bare")
}

func processorTime(b *testing.B) time.Duration {
	var used syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &used); err != nil {
		b.Fatal(err)
	}
	return time.Duration(used.Utime.Nano() + used.Stime.Nano())
}

const servesVar = "MAGPIE_BENCH_SERVES"

// TestMain runs the tests, or is the other process of a benchmark.
func TestMain(m *testing.M) {
	if os.Getenv(servesVar) == "" {
		os.Exit(m.Run())
	}
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(ln.Addr())
	go func() { io.Copy(io.Discard, os.Stdin); os.Exit(0) }() // ends with its parent
	log.Fatal(http.Serve(ln, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		io.Copy(io.Discard, r.Body)
		w.Header().Set("Content-Type", "application/json")
		if r.URL.Path == apis.StableToken.Path {
			io.WriteString(w, `{"access_token":"TOKEN-0123456789","expires_in":7200}`)
			return
		}
		io.WriteString(w, `{"errcode":0,"errmsg":"ok"}`)
	})))
}

// serveApart is the address of a server in a process of its own.
func serveApart(b *testing.B) string {
	b.Helper()
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), servesVar+"=1")
	in, err := cmd.StdinPipe()
	if err != nil {
		b.Fatal(err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		b.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { in.Close(); cmd.Wait() })
	addr, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		b.Fatal(err)
	}
	return "http://" + strings.TrimSpace(addr)
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
