UPDATE delivery SET owner = owner WHERE number = -1
