-- What has gone out gives its pages back. Tables that another node vacuums are left to it.
VACUUM (SKIP_LOCKED) delivery, body, attempt
