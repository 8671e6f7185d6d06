//go:build unix

package wechat

import "syscall"

const canLook = true

// lookBelow sees without waiting whether a connection is open with nothing to be read.
func (c *conn) lookBelow(fd uintptr) bool {
	var b [1]byte
	_, err := syscall.Read(int(fd), b[:])
	c.open = err == syscall.EAGAIN
	return true
}
