package outbox

// kinds are known by account and name.
type kinds struct {
	all map[kindOf]kind
	any map[string]kind // by name alone: as it is drawn for accounts that are not served
}

type kindOf struct{ account, name string }

func newKinds() kinds { return kinds{all: map[kindOf]kind{}, any: map[string]kind{}} }

func (k kinds) add(account string, one kind) {
	k.all[kindOf{account, one.name}] = one
	if _, known := k.any[one.name]; !known {
		k.any[one.name] = one
	}
}

// of is a kind as an account has it, and how it is drawn where that is not served.
func (k kinds) of(account, name string) (kind, bool) {
	if own, known := k.all[kindOf{account, name}]; known {
		return own, true
	}
	alike, known := k.any[name]
	return alike, known
}

// ofAll is what a kind is for every account alike: whether it reaches people, whether it
// needs approval, what it stands for.
func (k kinds) ofAll(name string) kind { return k.any[name] }
