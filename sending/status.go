package sending

import (
	"encoding/binary"
	"time"
)

// outcomes are what became of a batch's members, 8 bytes for each: state, tries (the
// high bit says doubt), reason (2), time (4).
type outcomes []byte

const (
	outcomeSize = 8
	doubtBit    = 0x80
	// outcomeTick is the unit of time: 32 bits of it last 497 days.
	outcomeTick = 10 * time.Millisecond
)

// The states of a member.
const (
	isWaiting byte = iota
	isSending
	isDone
	isFailed
	isUnclear
	isLeftOut // before the approval
	isStopped // while others of the request are called again
)

var states = [...]State{isWaiting: Waiting, isSending: Sending, isDone: Done, isFailed: Failed, isUnclear: Unclear, isLeftOut: "", isStopped: Stopped}

// status is one member's outcome.
type status struct {
	state  byte
	tries  int
	doubt  bool   // an earlier call may have been carried out
	reason uint16 // of the request's reasons; 0: none
	at     uint32 // ticks since the request was asked: of the first call, then of the outcome
}

func (o outcomes) len() int { return len(o) / outcomeSize }

func (o outcomes) at(i int) status {
	b := o[i*outcomeSize:]
	return status{state: b[0], tries: int(b[1] &^ doubtBit), doubt: b[1]&doubtBit != 0, reason: binary.LittleEndian.Uint16(b[2:]), at: binary.LittleEndian.Uint32(b[4:])}
}

func (o outcomes) set(i int, m status) {
	b := o[i*outcomeSize:]
	b[0], b[1] = m.state, byte(min(m.tries, doubtBit-1))
	if m.doubt {
		b[1] |= doubtBit
	}
	binary.LittleEndian.PutUint16(b[2:], m.reason)
	binary.LittleEndian.PutUint32(b[4:], m.at)
}

// count counts the members by state.
func (o outcomes) count() (n [len(states)]int) {
	for i := 0; i < len(o); i += outcomeSize {
		n[o[i]]++
	}
	return n
}

// ticks is how a status keeps an instant.
func ticks(since, t time.Time) uint32 { return uint32(max(0, t.Sub(since)) / outcomeTick) }

func fromTicks(since time.Time, at uint32) time.Time {
	return since.Add(time.Duration(at) * outcomeTick)
}
