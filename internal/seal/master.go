package seal

import (
	"encoding/base64"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
)

// head marks a master-key file and the version of its format: one master key, from which everything derives. A key that
// has been changed has the other head: the new master key, and after it the keys of fingerprints and of derived secrets,
// which stay. The former master key cannot be told from them.
const (
	head        = "rinnalla-master-1 "
	changedHead = "rinnalla-master-2 "
)

// CreateMasterFile writes a new master key to a file that only its owner may read, and gives its keyring. It never
// writes over a file: whoever loses a master key loses every sealed value with it.
func CreateMasterFile(path string) (*Keyring, error) {
	master := NewMaster()
	line := head + base64.StdEncoding.EncodeToString(master) + "\n"
	if err := writeNew(path, []byte(line)); err != nil {
		return nil, fmt.Errorf("make the master key: %w", err)
	}
	return NewKeyring(master)
}

// ChangeMasterFile writes a new master key that goes on from a keyring (see Keyring.Next) to a file beside the former
// one. It never writes over a file.
func ChangeMasterFile(path string, from *Keyring) (*Keyring, error) {
	master := NewMaster()
	next, err := from.Next(master)
	if err != nil {
		return nil, err
	}
	text := changedHead + base64.StdEncoding.EncodeToString(slices.Concat(master, next.index, next.derive)) + "\n"
	if err := writeNew(path, []byte(text)); err != nil {
		return nil, fmt.Errorf("make the new master key: %w", err)
	}
	return next, nil
}

func writeNew(path string, data []byte) error {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	_, err = f.Write(data)
	if err = errors.Join(err, f.Sync(), f.Close()); err != nil {
		return errors.Join(err, os.Remove(path))
	}
	return syncFolder(filepath.Dir(path))
}

// syncFolder makes the new name itself durable.
func syncFolder(dir string) error {
	if runtime.GOOS == "windows" {
		return nil // folders cannot be opened for syncing there
	}
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}

// OpenMasterFile reads a master key. A file that others on the machine may read is refused.
func OpenMasterFile(path string) (*Keyring, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, fmt.Errorf("open the master key: %w", err)
	}
	if err := private(info); err != nil {
		return nil, err
	}
	raw, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("open the master key: %w", err)
	}
	k, ok := parseMaster(strings.TrimRight(string(raw), "\r\n "))
	if !ok {
		return nil, errors.New("the master key file is damaged or is no master key file") // its content stays untold
	}
	return k, nil
}

func parseMaster(line string) (*Keyring, bool) {
	text, changed := strings.CutPrefix(line, changedHead)
	if !changed {
		var first bool
		if text, first = strings.CutPrefix(line, head); !first {
			return nil, false
		}
	}
	b, err := base64.StdEncoding.DecodeString(text)
	if want := map[bool]int{false: KeySize, true: 3 * KeySize}[changed]; err != nil || len(b) != want {
		return nil, false
	}
	k, err := NewKeyring(b[:KeySize])
	if err == nil && changed {
		k.index, k.derive = b[KeySize:2*KeySize:2*KeySize], b[2*KeySize:]
	}
	return k, err == nil
}

func private(info fs.FileInfo) error {
	if runtime.GOOS != "windows" && info.Mode().Perm()&0o077 != 0 {
		return fmt.Errorf("others on this machine may read the master key: set its mode to 0600, not %04o", info.Mode().Perm())
	}
	return nil
}
