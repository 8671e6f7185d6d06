package outbox

// Reaching says whom the requests of a kind reach; see ByRecipient and ByPayload. The zero
// value reaches nobody.
type Reaching[T any] struct {
	people bool
	named  func(payload T) []string
}

// ByRecipient says that the payload names nobody: it goes to the request's recipients, or to
// whom WeChat chooses, such as the followers with a tag.
func ByRecipient[T any]() Reaching[T] { return Reaching[T]{people: true} }

// ByPayload says that the payload itself names people by their openids, all of whom one call
// reaches.
func ByPayload[T any](named func(payload T) []string) Reaching[T] {
	return Reaching[T]{people: true, named: named}
}

// of are the people whom a payload names.
func (r Reaching[T]) of(payload T) []string {
	if r.named == nil {
		return nil
	}
	return r.named(payload)
}
