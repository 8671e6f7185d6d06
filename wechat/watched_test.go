package wechat

import (
	"bufio"
	"io"
	"net"
	"net/http"
	"sync/atomic"
	"testing"
)

// watched notes whether it is read after the call that was given it has returned.
type watched struct {
	io.Reader
	returned, late atomic.Bool
}

func (w *watched) Read(p []byte) (int, error) {
	if w.returned.Load() {
		w.late.Store(true)
	}
	return w.Reader.Read(p)
}

// early is the address of a server that answers 413 as soon as the head of a
// request is there, and closes.
func early(t testing.TB) string {
	t.Helper()
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { ln.Close() })
	go func() {
		for {
			conn, err := ln.Accept()
			if err != nil {
				return
			}
			http.ReadRequest(bufio.NewReader(conn))
			io.WriteString(conn, "HTTP/1.1 413 Too Large\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
			conn.Close()
		}
	}()
	return ln.Addr().String()
}
